using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Upstream;

/// <summary>What a backend made of a handshake.</summary>
internal abstract record UpgradeAnswer
{
    private UpgradeAnswer()
    {
    }

    /// <summary>A verified 101.</summary>
    /// <param name="Connection">The backend's bytes from the first after the 101's head; owned by the receiver.</param>
    /// <param name="Headers">End-to-end headers of the 101, Sec-WebSocket ones included.</param>
    internal sealed record Opened(Stream Connection, IReadOnlyList<KeyValuePair<string, string>> Headers) : UpgradeAnswer;

    /// <summary>Any other answer, to be passed on as it is. The connection ends with the body.</summary>
    /// <param name="Status">200 to 599.</param>
    /// <param name="ReasonPhrase">As the backend spelt it.</param>
    /// <param name="Headers">End-to-end headers.</param>
    /// <param name="Body">The body without its transfer coding; owned by the receiver.</param>
    internal sealed record Declined(
        int Status,
        string ReasonPhrase,
        IReadOnlyList<KeyValuePair<string, string>> Headers,
        Stream Body) : UpgradeAnswer;

    /// <summary>No answer that can be passed on.</summary>
    internal sealed record Failed(Refusal Refusal) : UpgradeAnswer;
}
