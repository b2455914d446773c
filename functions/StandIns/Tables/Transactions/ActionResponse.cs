using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>The answer to one action of a transaction.</summary>
internal sealed class ActionResponse(
    int status,
    string reasonPhrase,
    IReadOnlyList<KeyValuePair<string, string>> headers,
    byte[] body,
    string clientRequestId) : Response
{
    public override int Status => status;

    public override string ReasonPhrase => reasonPhrase;

    // Publicly visible, so that Content can be had of it.
    public override Stream ContentStream { get; set; } =
        new MemoryStream(body, 0, body.Length, writable: false, publiclyVisible: true);

    public override string ClientRequestId { get; set; } = clientRequestId;

    public override void Dispose() => ContentStream?.Dispose();

    protected override bool TryGetHeader(string name, out string value)
    {
        value = TryGetHeaderValues(name, out var values) ? string.Join(',', values) : null;
        return value is not null;
    }

    protected override bool TryGetHeaderValues(string name, out IEnumerable<string> values)
    {
        values =
        [
            .. from header in headers
               where header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)
               select header.Value
        ];
        return values.Any();
    }

    protected override bool ContainsHeader(string name) => TryGetHeaderValues(name, out _);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() =>
        headers.Select(header => new HttpHeader(header.Key, header.Value));
}
