using System.Text.Json;

namespace Serverless.Relay.SignalR;

/// <summary>Who is there, who is to go, and tokens for who is to come.</summary>
internal static class RestConnections
{
    private const int MostMinutes = 365 * 24 * 60;

    /// <summary>It works.</summary>
    public static ValueTask<RestAnswer> Health(RestCall call, CancellationToken cancel) => new(RestAnswer.Done);

    /// <summary>Whether a connection is there.</summary>
    public static ValueTask<RestAnswer> Exists(RestCall call, CancellationToken cancel) =>
        Existing(call.Hub.Find(call.Connection) is not null, "Connection");

    /// <summary>Whether a user has a connection.</summary>
    public static ValueTask<RestAnswer> UserExists(RestCall call, CancellationToken cancel) =>
        Existing(call.Hub.OfUser(call.User).Length > 0, "User");

    /// <summary>Whether a group has a connection.</summary>
    public static ValueTask<RestAnswer> GroupExists(RestCall call, CancellationToken cancel) =>
        Existing(call.Hub.OfGroup(call.Group).Length > 0, "Group");

    /// <summary>Closes a connection.</summary>
    public static ValueTask<RestAnswer> Close(RestCall call, CancellationToken cancel) =>
        Close(call, call.Hub.Find(call.Connection) is { } connection ? [connection] : []);

    /// <summary>Closes all connections of a hub.</summary>
    public static ValueTask<RestAnswer> CloseAll(RestCall call, CancellationToken cancel) => Close(call, call.ButExcluded(call.Hub.All()));

    /// <summary>Closes all connections of a group.</summary>
    public static ValueTask<RestAnswer> CloseGroup(RestCall call, CancellationToken cancel) =>
        Close(call, call.ButExcluded(call.Hub.OfGroup(call.Group)));

    /// <summary>Closes all connections of a user.</summary>
    public static ValueTask<RestAnswer> CloseUser(RestCall call, CancellationToken cancel) =>
        Close(call, call.ButExcluded(call.Hub.OfUser(call.User)));

    /// <summary>A token for a client.</summary>
    public static ValueTask<RestAnswer> GenerateToken(RestCall call, CancellationToken cancel)
    {
        var minutes = call.Number("minutesToExpire", 1, MostMinutes, out var fault) ?? 60;
        var user = call.Request.Query["userId"] is [{ Length: > 0 } id, ..] ? id : null;
        if (user?.Length > Names.MaxLength)
        {
            fault ??= new Fault("InvalidArgument", $"'userId' has {Names.MaxLength} characters at most.", "userId");
        }

        return new(fault is null
            ? RestAnswer.Of(JsonSerializer.SerializeToUtf8Bytes(new { token = call.Signer.Sign(call.Hub.Name, user, TimeSpan.FromMinutes(minutes)) }))
            : RestAnswer.Invalid(fault));
    }

    /// <summary>Closes connections; the next call does not find them any more.</summary>
    public static ValueTask<RestAnswer> Close(RestCall call, IEnumerable<ClientConnection> connections)
    {
        foreach (var connection in connections)
        {
            call.Hub.Remove(connection);
            connection.Close(call.Reason);
        }

        return new(RestAnswer.Done);
    }

    private static ValueTask<RestAnswer> Existing(bool there, string what) =>
        new(there ? RestAnswer.Done : RestAnswer.Missing($"Warning.{what}.NotExisted", $"There is no such {what.ToLowerInvariant()}."));
}
