using System.Text;

namespace Azure.Data.Tables;

/// <summary>Takes a multipart batch answer apart into the answers to its actions.</summary>
internal static class TransactionAnswer
{
    private const string Multipart = "multipart/mixed";

    /// <param name="contentType">Of the whole answer; names its boundary.</param>
    /// <param name="body">The whole answer.</param>
    /// <param name="clientRequestId">Given to every part's response.</param>
    public static IReadOnlyList<Response> Parse(string contentType, BinaryData body, string clientRequestId)
    {
        var answers = new List<Response>();
        var lines = Encoding.UTF8.GetString(body.ToMemory().Span).Split('\n').Select(line => line.TrimEnd('\r'));
        Read(contentType, lines.ToArray(), clientRequestId, answers);
        return answers;
    }

    // A part is an answer, or again multipart: the change set.
    private static void Read(
        string contentType,
        ReadOnlySpan<string> lines,
        string clientRequestId,
        List<Response> answers)
    {
        var boundary = "--" + Boundary(contentType);
        var start = -1;
        for (var at = 0; at < lines.Length; at++)
        {
            if (lines[at] != boundary && lines[at] != boundary + "--")
            {
                continue;
            }

            if (start >= 0)
            {
                ReadPart(lines[start..at], clientRequestId, answers);
            }

            start = at + 1;
        }
    }

    private static void ReadPart(ReadOnlySpan<string> lines, string clientRequestId, List<Response> answers)
    {
        var headers = Headers(ref lines);
        var contentType = headers
            .FirstOrDefault(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            .Value;
        if (contentType is not null && contentType.StartsWith(Multipart, StringComparison.OrdinalIgnoreCase))
        {
            Read(contentType, lines, clientRequestId, answers);
            return;
        }

        var status = lines.IsEmpty ? [] : lines[0].Split(' ', 3);
        if (status.Length < 2 || !int.TryParse(status[1], out var code))
        {
            throw new InvalidOperationException("A part of the answer to the transaction is not an HTTP response.");
        }

        lines = lines[1..];
        headers = Headers(ref lines);
        answers.Add(new ActionResponse(
            code,
            status.Length > 2 ? status[2] : "",
            headers,
            Encoding.UTF8.GetBytes(string.Join('\n', lines.ToArray()).Trim()),
            clientRequestId));
    }

    // Leaves the lines after the empty one.
    private static List<KeyValuePair<string, string>> Headers(ref ReadOnlySpan<string> lines)
    {
        var headers = new List<KeyValuePair<string, string>>();
        while (!lines.IsEmpty && lines[0].Length > 0)
        {
            var colon = lines[0].IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers.Add(new(lines[0][..colon].Trim(), lines[0][(colon + 1)..].Trim()));
            }

            lines = lines[1..];
        }

        lines = lines.IsEmpty ? lines : lines[1..];
        return headers;
    }

    private static string Boundary(string contentType)
    {
        const string Parameter = "boundary=";
        var at = contentType?.IndexOf(Parameter, StringComparison.OrdinalIgnoreCase) ?? -1;
        return at >= 0 && contentType.StartsWith(Multipart, StringComparison.OrdinalIgnoreCase)
            ? contentType[(at + Parameter.Length)..].Split(';')[0].Trim().Trim('"')
            : throw new InvalidOperationException(
                $"Expected Content-Type to start with {Multipart}; {Parameter} but received {contentType}");
    }
}
