using System.Reflection;
using Microsoft.AspNetCore.Http;
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
    MethodInfo Method)
{
    /// <summary>What ends the route of a function that does something to a resource: <c>:suspend</c>, or nothing.</summary>
    public string Verb { get; } = VerbOf(Route);

    /// <summary>Whether it changes what operators manage when it is called with this method.</summary>
    public bool Changes(string httpMethod) =>
        Rule is CalledByAttribute { Scope: Scope.Manage } && !Microsoft.AspNetCore.Http.HttpMethods.IsGet(httpMethod);

    /// <summary>The resource that a call of it is about; null when it is about to make one.</summary>
    public string? ResourceOf(HttpRequest request)
    {
        var path = request.Path.Value!;
        return Verb.Length > 0 ? path[..^Verb.Length]
            : Microsoft.AspNetCore.Http.HttpMethods.IsPost(request.Method) ? null
            : path;
    }

    private static string VerbOf(string route)
    {
        var colon = route.LastIndexOf(':');
        return colon > Math.Max(route.LastIndexOf('}'), route.LastIndexOf('/')) ? route[colon..] : "";
    }
}
