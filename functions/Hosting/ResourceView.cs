using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Serverless.Functions.Audit;

namespace Serverless.Functions.Hosting;

/// <summary>Shows what is at a path as the function does that answers GET there, without a request coming in.</summary>
internal sealed class ResourceView(FunctionList functions, FunctionDelegates delegates)
{
    private readonly List<(TemplateMatcher Route, HttpFunction Function)> _getters =
    [
        .. functions.All
            .Where(function => function.HttpMethods.Any(HttpMethods.IsGet))
            .Select(function => (new TemplateMatcher(TemplateParser.Parse(function.Route), []), function)),
    ];

    /// <summary>The resource, in the name of a call that may read it; null when there is none or it is not shown.</summary>
    public async Task<ShownResource?> ShowAsync(HttpContext call, string path)
    {
        var (isKnown, shown) = await FindAsync(call, path);
        if (isKnown)
        {
            return shown;
        }

        // What has no GET of its own, such as a key, is shown as its list has it.
        var end = path.LastIndexOf('/');
        return end > 0 && await FindAsync(call, path[..end]) is { Shown: { } list } ? Pick(list, path[(end + 1)..]) : null;
    }

    private async Task<(bool IsKnown, ShownResource? Shown)> FindAsync(HttpContext call, string path)
    {
        foreach (var (route, function) in _getters)
        {
            var values = new RouteValueDictionary();
            if (route.TryMatch(path, values))
            {
                return (true, await RunAsync(function, call, path, values));
            }
        }

        return (false, null);
    }

    private static ShownResource? Pick(ShownResource list, string id)
    {
        using var answer = JsonDocument.Parse(list.Body);
        var item = answer.RootElement.TryGetProperty("items", out var items)
            ? items.EnumerateArray().FirstOrDefault(item => item.TryGetProperty("id", out var its) && its.ValueEquals(id))
            : default;
        return item.ValueKind == JsonValueKind.Object ? new(Encoding.UTF8.GetBytes(item.GetRawText()), null) : null;
    }

    private async Task<ShownResource?> RunAsync(
        HttpFunction function,
        HttpContext call,
        string path,
        RouteValueDictionary values)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext
        {
            RequestServices = call.RequestServices,
            RequestAborted = call.RequestAborted,
            Request = { Method = HttpMethods.Get, Path = path, RouteValues = values },
            Response = { Body = body },
        };
        await delegates[function](context);
        return context.Response.StatusCode == StatusCodes.Status200OK
            ? new(body.ToArray(), context.Response.Headers.ETag.Count > 0 ? context.Response.Headers.ETag.ToString() : null)
            : null;
    }
}
