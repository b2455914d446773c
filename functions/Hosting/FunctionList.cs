using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;

namespace Serverless.Functions.Hosting;

/// <summary>
/// Every function of the app. One that neither answers HTTP requests nor runs by the clock, or that does not say who may
/// call it, stops the start.
/// </summary>
internal sealed class FunctionList
{
    private readonly Dictionary<string, HttpFunction> _byName;

    /// <summary>Finds the functions among these types.</summary>
    public FunctionList(IEnumerable<Type> types)
    {
        var functions = types.SelectMany(t => t.GetMethods()).Select(Read).OfType<object>().ToList();
        All = [.. functions.OfType<HttpFunction>()];
        Timers = [.. functions.OfType<TimerFunction>()];
        _byName = All.ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Those that answer HTTP requests.</summary>
    public IReadOnlyList<HttpFunction> All { get; }

    /// <summary>Those that run by the clock.</summary>
    public IReadOnlyList<TimerFunction> Timers { get; }

    /// <summary>The function of this name, or null when it is a timer's.</summary>
    public HttpFunction? FindHttp(string name) => _byName.GetValueOrDefault(name);

    private static object? Read(MethodInfo method)
    {
        if (method.GetCustomAttribute<FunctionAttribute>() is not { Name: var name })
        {
            return null;
        }

        var http = Trigger<HttpTriggerAttribute>(method);
        var timer = Trigger<TimerTriggerAttribute>(method);
        return (http, timer) switch
        {
            ({ } trigger, null) => new HttpFunction(
                name,
                trigger.Route ?? name,
                trigger.Methods ?? [],
                method.GetCustomAttribute<CallerRuleAttribute>() ?? throw new InvalidOperationException(
                    $"Function '{name}' does not say who may call it: it needs [CalledBy(…)] or [Anonymous]."),
                method),
            (null, { } trigger) => TimerFunction.Of(name, trigger.Schedule, method),
            _ => throw new InvalidOperationException(
                $"Function '{name}' needs one of [HttpTrigger] and [TimerTrigger], and one only."),
        };
    }

    private static T? Trigger<T>(MethodInfo method)
        where T : Attribute => method.GetParameters().Select(p => p.GetCustomAttribute<T>()).OfType<T>().SingleOrDefault();
}
