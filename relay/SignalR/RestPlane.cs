using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Relay.SignalR;

/// <summary>The REST plane: finds the operation, checks the token, the version and the names, and writes what comes of it.</summary>
internal sealed class RestPlane(Hubs hubs, TokenSigner signer, Audience audience, Quota quota)
{
    private const string Bearer = "Bearer ";

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        var path = PathOf(http);
        var found = RestTable.Operations
            .Select(operation => (Operation: operation, Names: operation.Match(path)))
            .Where(match => match.Names is not null)
            .ToList();
        if (found.Count == 0)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var (chosen, names) = found.Find(match => match.Operation.Takes(http.Request.Method));
        if (chosen is null)
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = string.Join(", ", found.SelectMany(match => match.Operation.Methods.Split(' ')).Distinct());
            return;
        }

        if (!chosen.IsOpen && !IsAllowed(http.Request, path))
        {
            await ErrorAnswer.WriteAsync(http, StatusCodes.Status401Unauthorized, ErrorAnswer.Unauthorized);
            return;
        }

        var answer = Faults(chosen, http.Request, names!) is { Count: > 0 } faults
            ? RestAnswer.Invalid(faults)
            : await chosen.Act(new RestCall(http, hubs, signer, quota, HubOf(http.Request, names!), names!), http.RequestAborted);
        await WriteAsync(http, chosen, answer);
    }

    // As it was sent: a name may hold a slash, percent-encoded.
    private static string[] PathOf(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return [.. (query < 0 ? target : target[..query]).Trim('/').Split('/').Select(Uri.UnescapeDataString)];
    }

    private static string HubOf(HttpRequest request, Dictionary<string, string> names) =>
        request.Query["application"] is [{ } application, ..] ? $"{application}_{names.GetValueOrDefault("hub")}" : names.GetValueOrDefault("hub", "");

    private bool IsAllowed(HttpRequest request, string[] path) =>
        request.Headers.Authorization is [{ } header]
        && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && signer.Read(header[Bearer.Length..].Trim()) is { } token
        && audience.Covers(token, request, path);

    private static List<Fault> Faults(RestOperation operation, HttpRequest request, Dictionary<string, string> names)
    {
        var faults = new List<Fault>();
        if (!operation.IsFirstDialect && !(request.Query["api-version"] is [{ } version] && RestTable.Versions.Contains(version)))
        {
            Add("api-version", $"'api-version' needs one of {string.Join(", ", RestTable.Versions)}.");
        }

        const string hubRule = "is a letter with up to 127 more letters, digits and _`,.[].";
        if (names.TryGetValue("hub", out var hub) && !Names.IsHub(hub))
        {
            Add("hub", $"A hub's name {hubRule}");
        }

        if (request.Query["application"] is { Count: > 0 } application && !Names.IsHub(application[0]))
        {
            Add("application", $"An application's name {hubRule}");
        }

        if (names.TryGetValue("group", out var group) && !Names.IsGroup(group))
        {
            Add("group", $"A group's name has 1 to {Names.MaxLength} characters, not all of them blanks.");
        }

        foreach (var name in new[] { "user", "connection" })
        {
            if (names.TryGetValue(name, out var id) && !Names.IsUser(id))
            {
                Add(name, $"A {name}'s id has 1 to {Names.MaxLength} characters.");
            }
        }

        return faults;

        void Add(string target, string message) => faults.Add(new Fault("InvalidArgument", message, target));
    }

    private static async Task WriteAsync(HttpContext http, RestOperation operation, RestAnswer answer)
    {
        if (answer.Faults.Count > 0)
        {
            await ErrorAnswer.WriteAsync(http, answer.Status, answer.Faults);
            return;
        }

        http.Response.StatusCode = operation.Status;
        if (answer.Json is not null)
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            await http.Response.Body.WriteAsync(answer.Json, http.RequestAborted);
        }
    }
}
