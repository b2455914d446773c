namespace Serverless.Relay.SignalR;

/// <summary>Sends: accepted, and gone when nobody is there.</summary>
internal static class RestSends
{
    /// <summary>To everybody in the hub.</summary>
    public static ValueTask<RestAnswer> ToAll(RestCall call, CancellationToken cancel) => SendAsync(call, hub => hub.All(), cancel);

    /// <summary>To a user.</summary>
    public static ValueTask<RestAnswer> ToUser(RestCall call, CancellationToken cancel) => SendAsync(call, hub => hub.OfUser(call.User), cancel);

    /// <summary>To a group.</summary>
    public static ValueTask<RestAnswer> ToGroup(RestCall call, CancellationToken cancel) => SendAsync(call, hub => hub.OfGroup(call.Group), cancel);

    /// <summary>To one connection.</summary>
    public static ValueTask<RestAnswer> ToConnection(RestCall call, CancellationToken cancel) =>
        SendAsync(call, hub => hub.Find(call.Connection) is { } connection ? [connection] : [], cancel);

    private static async ValueTask<RestAnswer> SendAsync(
        RestCall call, Func<Hub, IEnumerable<ClientConnection>> whom, CancellationToken cancel)
    {
        var (body, refusal) = await RestBody.ReadAsync(call, cancel);
        if (body is null)
        {
            return refusal;
        }

        if (RestBody.Invocation(body.Value, out var fault) is not { } frame)
        {
            return RestAnswer.Invalid(fault!);
        }

        foreach (var connection in call.ButExcluded(whom(call.Hub)))
        {
            connection.Send(frame);
        }

        return RestAnswer.Done;
    }
}
