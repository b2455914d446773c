using Serverless.Contracts;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Handshake;

/// <summary>Whether a request goes on to a backend.</summary>
internal abstract record Admission
{
    private Admission()
    {
    }

    /// <summary>It does.</summary>
    /// <param name="Usage">The backend.</param>
    /// <param name="PathAndQuery">What to ask it for, after its private base URL.</param>
    /// <param name="Headers">What to send along.</param>
    /// <param name="Application">Identifier of the application whose key it is.</param>
    internal sealed record Granted(
        BackendUsage Usage,
        string PathAndQuery,
        IReadOnlyList<KeyValuePair<string, string>> Headers,
        string Application) : Admission;

    /// <summary>It does not.</summary>
    internal sealed record Denied(Refusal Refusal) : Admission;
}
