using System.Text.Json;

namespace Serverless.Relay.SignalR;

/// <summary>Something that a client did, for a webhook.</summary>
/// <param name="Category"><c>connections</c> or <c>messages</c>.</param>
/// <param name="Name"><c>connected</c>, <c>disconnected</c>, or what was invoked.</param>
/// <param name="InvocationId">What an answer has to bear; null when none is wanted.</param>
/// <param name="Body">The message of the hub protocol that says it.</param>
internal sealed record UpstreamEvent(string Category, string Name, string? InvocationId, byte[] Body)
{
    /// <summary>Category of what comes and goes.</summary>
    public const string Connections = "connections";

    /// <summary>Category of what clients invoke.</summary>
    public const string Messages = "messages";

    /// <summary>A connection has opened.</summary>
    public static UpstreamEvent Connected { get; } = new(Connections, "connected", null, """{"type":10}"""u8.ToArray());

    /// <summary>A connection has ended; why, unless its client ended it.</summary>
    public static UpstreamEvent Disconnected(string? error) => new(Connections, "disconnected", null, error is null
        ? """{"type":11}"""u8.ToArray()
        : JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["type"] = 11, ["error"] = error }));

    /// <summary>A client has invoked something.</summary>
    public static UpstreamEvent Of(ClientMessage.Invocation invocation) => new(Messages, invocation.Target, invocation.Id, invocation.Body);
}
