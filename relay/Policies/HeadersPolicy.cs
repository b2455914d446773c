using System.Collections.Frozen;
using System.Text.Json;

namespace Serverless.Relay.Policies;

/// <summary>Changes the headers that backends and clients get.</summary>
internal sealed class HeadersPolicy(IReadOnlyList<HeaderEdit> toBackend, IReadOnlyList<HeaderEdit> toClient) : IHandshakePolicy
{
    // Of the connection, of a handshake, or the gateway's own word: changed, a request would be another for the backend
    // than for the gateway. As the functions have them.
    private static readonly FrozenSet<string> Taken = FrozenSet.ToFrozenSet(
        [
            "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-authenticate",
            "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
            "x-3scale-proxy-secret-token",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel)
    {
        request.ToBackend.AddRange(toBackend);
        request.ToClient.AddRange(toClient);
        return new(Verdict.Pass);
    }

    /// <summary>As the chain has them.</summary>
    internal sealed class Settings
    {
        public IReadOnlyList<Operation> Request { get; set; } = [];

        public IReadOnlyList<Operation> Response { get; set; } = [];
    }

    /// <summary>One operation as the chain has it.</summary>
    internal sealed class Operation
    {
        public required HeaderOperation Op { get; set; }

        public required string Header { get; set; }

        public string Value { get; set; } = "";

        public string ValueType { get; set; } = "plain";
    }

    internal sealed class Factory : IPolicyFactory
    {
        private const string NameMarks = "!#$%&'*+-.^_`|~";

        public string Name => "headers";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.Headers, errors) is not { } read)
            {
                return null;
            }

            var wrong = read.Request.Concat(read.Response).Where(operation => !IsSound(operation)).ToList();
            foreach (var operation in wrong)
            {
                errors.Add($"{Name}: a header '{operation.Header}' of a {operation.ValueType} value cannot be changed.");
            }

            return wrong.Count > 0 ? null : new HeadersPolicy(Edits(read.Request), Edits(read.Response));
        }

        private static List<HeaderEdit> Edits(IReadOnlyList<Operation> operations) =>
            [.. operations.Select(operation => new HeaderEdit(operation.Op, operation.Header, operation.Value))];

        private static bool IsSound(Operation operation)
        {
            var name = operation.Header.Replace('_', '-');
            return name.Length > 0
                && name.All(c => char.IsAsciiLetterOrDigit(c) || NameMarks.Contains(c))
                && !Taken.Contains(name)
                && !name.StartsWith("sec-websocket-", StringComparison.OrdinalIgnoreCase)
                && !operation.Value.Any(c => char.IsControl(c) && c != '\t')
                && operation.ValueType == "plain";
        }
    }
}
