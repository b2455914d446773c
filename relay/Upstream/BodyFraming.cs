namespace Serverless.Relay.Upstream;

/// <summary>How the end of an answer's body is found (RFC 9112 §6.3).</summary>
/// <param name="IsChunked">The body is in chunks.</param>
/// <param name="Length">Its bytes; null when it is chunked, or lasts until the connection ends.</param>
internal sealed record BodyFraming(bool IsChunked, long? Length)
{
    /// <summary>Decides from the head of an answer to a GET.</summary>
    /// <exception cref="InvalidDataException">The head says two things, or names a coding that cannot be taken off.</exception>
    public static BodyFraming Of(ResponseHead head)
    {
        if (head.Status is 204 or 304)
        {
            return new BodyFraming(false, 0);
        }

        var codings = head.Headers.Elements("Transfer-Encoding").ToList();
        var lengths = head.Headers.Elements("Content-Length").Distinct().ToList();
        if (codings.Count > 0)
        {
            return codings is [var coding] && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
                && head.Version == 1 && lengths.Count == 0
                ? new BodyFraming(true, null)
                : throw new InvalidDataException("Transfer-Encoding is not chunked alone, or contradicts the rest of the head.");
        }

        return lengths switch
        {
            [] => new BodyFraming(false, null),
            [var length] when !length.AsSpan().ContainsAnyExceptInRange('0', '9') && long.TryParse(length, out var bytes) =>
                new BodyFraming(false, bytes),
            _ => throw new InvalidDataException("Content-Length is not one number."),
        };
    }
}
