using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;

namespace Serverless.Functions.Hosting;

/// <summary>A function that answers HTTP requests, as its attributes describe it.</summary>
/// <param name="Name">Name of the function.</param>
/// <param name="Route">Route template.</param>
/// <param name="HttpMethods">Methods listened to; none is all.</param>
/// <param name="Rule">Who may call it.</param>
/// <param name="Method">The code.</param>
internal sealed record HttpFunction(
    string Name,
    string Route,
    IReadOnlyList<string> HttpMethods,
    CallerRuleAttribute Rule,
    MethodInfo Method);

/// <summary>Every function of the app. One that does not say who may call it stops the start.</summary>
internal sealed class FunctionList
{
    private readonly Dictionary<string, HttpFunction> _byName;

    /// <summary>Finds the functions among these types.</summary>
    public FunctionList(IEnumerable<Type> types)
    {
        All = [.. types.SelectMany(t => t.GetMethods()).Select(Read).OfType<HttpFunction>()];
        _byName = All.ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<HttpFunction> All { get; }

    public HttpFunction this[string name] => _byName[name];

    private static HttpFunction? Read(MethodInfo method)
    {
        if (method.GetCustomAttribute<FunctionAttribute>() is not { } function)
        {
            return null;
        }

        var trigger = method.GetParameters().Select(p => p.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>()
            .SingleOrDefault() ?? throw new InvalidOperationException($"Function '{function.Name}' has no [HttpTrigger].");
        var rule = method.GetCustomAttribute<CallerRuleAttribute>() ?? throw new InvalidOperationException(
            $"Function '{function.Name}' does not say who may call it: it needs [CalledBy(…)] or [Anonymous].");
        return new(function.Name, trigger.Route ?? function.Name, trigger.Methods ?? [], rule, method);
    }
}
