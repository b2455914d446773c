using System.Text.Json;

namespace Serverless.Relay.SignalR;

/// <summary>Groups of connections and of users.</summary>
internal static class RestGroups
{
    private const int MaxPage = 200;

    /// <summary>Puts a connection into a group.</summary>
    public static ValueTask<RestAnswer> Join(RestCall call, CancellationToken cancel) =>
        new(call.Hub.TryJoin(call.Connection, call.Group) ? RestAnswer.Done : NoConnection);

    /// <summary>Takes a connection out of a group.</summary>
    public static ValueTask<RestAnswer> Leave(RestCall call, CancellationToken cancel) =>
        new(call.Hub.TryLeave(call.Connection, call.Group) ? RestAnswer.Done : NoConnection);

    /// <summary>Takes a connection out of all groups.</summary>
    public static ValueTask<RestAnswer> LeaveAll(RestCall call, CancellationToken cancel)
    {
        call.Hub.LeaveAll(call.Connection);
        return new(RestAnswer.Done);
    }

    /// <summary>Puts a user into a group, for <c>ttl</c> seconds.</summary>
    public static ValueTask<RestAnswer> JoinUser(RestCall call, CancellationToken cancel)
    {
        var seconds = call.Number("ttl", 0, int.MaxValue, out var fault);
        if (fault is not null)
        {
            return new(RestAnswer.Invalid(fault));
        }

        call.Hub.JoinUser(call.User, call.Group, seconds is { } ttl ? TimeSpan.FromSeconds(ttl) : null);
        return new(RestAnswer.Done);
    }

    /// <summary>Takes a user out of a group.</summary>
    public static ValueTask<RestAnswer> LeaveUser(RestCall call, CancellationToken cancel)
    {
        call.Hub.LeaveUser(call.User, call.Group);
        return new(RestAnswer.Done);
    }

    /// <summary>Takes a user out of all groups.</summary>
    public static ValueTask<RestAnswer> LeaveAllUser(RestCall call, CancellationToken cancel)
    {
        call.Hub.LeaveAllUser(call.User);
        return new(RestAnswer.Done);
    }

    /// <summary>Whether a user is in a group.</summary>
    public static ValueTask<RestAnswer> IsUserIn(RestCall call, CancellationToken cancel) =>
        new(call.Hub.IsUserIn(call.User, call.Group)
            ? RestAnswer.Done
            : RestAnswer.Missing("Info.User.NotInGroup", "The user is not in the group."));

    /// <summary>The connections of a group, a page at a time, by id.</summary>
    public static ValueTask<RestAnswer> List(RestCall call, CancellationToken cancel)
    {
        var size = call.Number("maxpagesize", 1, MaxPage, out var wrongSize) ?? MaxPage;
        var top = call.Number("top", 1, int.MaxValue, out var wrongTop);
        Fault[] faults = [.. new[] { wrongSize, wrongTop }.OfType<Fault>()];
        if (faults.Length > 0)
        {
            return new(RestAnswer.Invalid(faults));
        }

        var after = call.Request.Query["continuationToken"] is [{ } token, ..] ? token : "";
        var rest = call.Hub.OfGroup(call.Group)
            .Where(connection => string.CompareOrdinal(connection.Id, after) > 0)
            .OrderBy(connection => connection.Id, StringComparer.Ordinal)
            .ToList();
        var page = rest.Take(Math.Min(size, top ?? size)).ToList();
        var left = top - page.Count;
        var next = page.Count < rest.Count && left is not 0 ? NextLink(call.Request, page[^1].Id, size, left) : null;
        return new(RestAnswer.Of(JsonSerializer.SerializeToUtf8Bytes(
            new { value = page.Select(connection => new { connectionId = connection.Id, userId = connection.UserId }), nextLink = next })));
    }

    private static RestAnswer NoConnection { get; } = RestAnswer.Missing("Error.Connection.NotExisted", "There is no such connection, or it is not in the group.");

    private static string NextLink(HttpRequest request, string after, int size, int? left) =>
        $"{request.Scheme}://{request.Host}{request.Path.ToUriComponent()}?api-version={request.Query["api-version"]}"
        + (request.Query["application"] is [{ } application, ..] ? $"&application={application}" : "")
        + $"&maxpagesize={size}{(left is null ? "" : $"&top={left}")}&continuationToken={Uri.EscapeDataString(after)}";
}
