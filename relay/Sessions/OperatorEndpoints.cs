using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Sessions;

/// <summary>
/// What operators may do with sessions on the management port: see them (<c>/sessions</c>), close one
/// (<c>/sessions/{id}</c>), drain a product or a backend (<c>/drain</c>), and say something to clients (<c>/messages</c>).
/// </summary>
internal sealed class OperatorEndpoints(OpenSessions sessions, OperatorDrains drains)
{
    /// <summary>The longest spread of a drain, in seconds.</summary>
    private const int MostSpread = 3600;

    /// <summary>Answers a request below <c>/sessions</c>.</summary>
    public Task AnswerSessionsAsync(HttpContext http) => (http.Request.Method, http.Request.Path.Value) switch
    {
        _ when FromWebPage(http) => ForbidAsync(http),
        ("GET", "" or "/" or null) => ListAsync(http),
        (_, "" or "/" or null) => MethodAsync(http, "GET"),
        ("DELETE", { } path) => CloseAsync(http, path[1..]),
        _ => MethodAsync(http, "DELETE"),
    };

    /// <summary>Answers a request to <c>/drain</c>.</summary>
    public Task AnswerDrainAsync(HttpContext http) => http.Request.Method switch
    {
        _ when FromWebPage(http) => ForbidAsync(http),
        _ when http.Request.Path.HasValue => ProblemAsync(http, 404, "not_found", "Not found", null),
        "GET" => WriteAsync(http, 200, new DrainList([.. drains.All.Select(DrainAnswer.Of)]), OperatorJson.Default.DrainList),
        "POST" => DrainAsync(http),
        _ => MethodAsync(http, "GET, POST"),
    };

    /// <summary>Answers a request to <c>/messages</c>.</summary>
    public Task AnswerMessagesAsync(HttpContext http) => http.Request.Method switch
    {
        _ when FromWebPage(http) => ForbidAsync(http),
        _ when http.Request.Path.HasValue => ProblemAsync(http, 404, "not_found", "Not found", null),
        "POST" => SayAsync(http),
        _ => MethodAsync(http, "POST"),
    };

    // The port asks nobody who they are. A page in a browser on this machine could reach it; browsers say that it is one.
    private static bool FromWebPage(HttpContext http) =>
        http.Request.Headers.Origin.Count > 0 || http.Request.Headers["Sec-Fetch-Site"] is not ([] or ["none"]);

    private Task ListAsync(HttpContext http)
    {
        var query = new OperatorQuery(http.Request.Query, "product", "environment", "application", "backend", "after");
        SessionId after = default;
        if (query.Text("after") is { } text && !SessionId.TryParse(text, out after))
        {
            query.Add("after", "invalid_format", "It needs the id of a session, 16 hexadecimal digits.");
        }

        return query.Errors.Count > 0
            ? InvalidAsync(http, query)
            : WriteAsync(http, 200, SessionPages.Read(sessions, query.Filter(), after), OperatorJson.Default.SessionPage);
    }

    private Task CloseAsync(HttpContext http, string id)
    {
        if (!SessionId.TryParse(id, out var named) || sessions.Find(named) is not { } session)
        {
            return ProblemAsync(http, 404, "session_not_found", "Session not found", "No session of this id is open here.");
        }

        session.RequestEnd(TunnelEnd.ClosedByOperator);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task DrainAsync(HttpContext http)
    {
        var query = new OperatorQuery(http.Request.Query, "product", "environment", "backend", "spread_seconds");
        var spread = query.Seconds("spread_seconds", MostSpread);
        var filter = query.Filter();
        if (filter is { Product: null, Backend: null })
        {
            query.Add("product", "required", "It needs a product or a backend to drain. SIGTERM drains the whole relay.");
        }

        if (query.Errors.Count > 0)
        {
            return InvalidAsync(http, query);
        }

        return drains.Begin(filter, spread) is { } drain
            ? WriteAsync(http, 202, DrainAnswer.Of(drain), OperatorJson.Default.DrainAnswer)
            : ProblemAsync(
                http, 429, "too_many_drains", "Too many drains", $"{OperatorDrains.MostRunning} drains are under way; wait for one of them.");
    }

    private async Task SayAsync(HttpContext http)
    {
        var query = new OperatorQuery(http.Request.Query, "product", "environment", "application", "backend");
        var filter = query.Filter();
        if (filter is { Product: null, Application: null, Backend: null })
        {
            query.Add("product", "required", "It needs a product, an application or a backend whose clients are meant.");
        }

        if (query.Errors.Count > 0)
        {
            await InvalidAsync(http, query);
        }
        else if (await OperatorMessage.ReadAsync(http.Request) is { } message)
        {
            var meant = sessions.All.Where(session => session.IsOpen && filter.Matches(session)).ToList();
            await WriteAsync(
                http, 202, new MessageAnswer(meant.Count, meant.Count(session => session.Say(message))), OperatorJson.Default.MessageAnswer);
        }
        else
        {
            await ProblemAsync(
                http, 400, "invalid_message", "Invalid message", $"The body needs 1 to {OperatorMessage.MostBytes} bytes of UTF-8: the message.");
        }
    }

    private static Task InvalidAsync(HttpContext http, OperatorQuery query) =>
        ProblemAsync(http, 400, "invalid_query", "Invalid query", "Each parameter that is wrong is named.", query.Errors);

    private static Task ForbidAsync(HttpContext http) =>
        ProblemAsync(http, 403, "web_page_refused", "Not for web pages", "Requests that a browser sends for a page are not answered.");

    private static Task MethodAsync(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return ProblemAsync(http, 405, "method_not_allowed", "Method not allowed", $"This takes {allowed}.");
    }

    private static Task ProblemAsync(
        HttpContext http, int status, string code, string title, string? detail, IReadOnlyList<InvalidMember>? errors = null) =>
        WriteAsync(
            http,
            status,
            new ProblemDocument { Title = title, Status = status, Code = code, Detail = detail, Errors = errors },
            OperatorJson.Default.ProblemDocument,
            ProblemDocument.MediaType);

    private static Task WriteAsync<T>(
        HttpContext http, int status, T body, JsonTypeInfo<T> type, string mediaType = "application/json")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = mediaType;
        http.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(http.Response.Body, body, type, http.RequestAborted);
    }
}
