using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Serverless.Benchmarks.Figures;

/// <summary>
/// The same inside this process, without sockets: what is read a second time is answered from memory. What is left is
/// the cost of our own code, of Kestrel, and of the storage client down to its transport.
/// </summary>
internal sealed class CachingTransport : HttpPipelineTransport
{
    private readonly HttpClientTransport _real = new();
    private readonly ConcurrentDictionary<string, Kept> _kept = new();

    public override Request CreateRequest() => _real.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        var key = message.Request.Uri.ToString();
        if (message.Request.Method != RequestMethod.Get)
        {
            await _real.ProcessAsync(message);
            return;
        }

        if (!_kept.TryGetValue(key, out var kept))
        {
            await _real.ProcessAsync(message);
            var body = new MemoryStream();
            await message.Response.ContentStream!.CopyToAsync(body);
            _kept[key] = kept = new(message.Response.Status, [.. message.Response.Headers], body.ToArray());
        }

        message.Response = new KeptResponse(kept);
    }

    private sealed record Kept(int Status, IReadOnlyList<HttpHeader> Headers, byte[] Body);

    private sealed class KeptResponse(Kept kept) : Azure.Response
    {
        public override int Status => kept.Status;

        public override string ReasonPhrase => "";

        public override Stream? ContentStream { get; set; } = new MemoryStream(kept.Body, 0, kept.Body.Length, false, true);

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose() => ContentStream?.Dispose();

        protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => kept.Headers;

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            foreach (var header in kept.Headers)
            {
                if (string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    value = header.Value;
                    return true;
                }
            }

            value = null;
            return false;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = TryGetHeader(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}
