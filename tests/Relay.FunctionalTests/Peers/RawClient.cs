using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Serverless.Contracts;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>An HTTP answer, read byte by byte: nothing normalised, nothing followed.</summary>
internal sealed record RawAnswer(int Status, string Reason, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public ProblemDocument Problem => JsonSerializer.Deserialize(Body, ContractsJson.Default.ProblemDocument)!;
}

/// <summary>
/// A client that writes exactly what it is told, because well-behaved ones cannot send what a gateway has to refuse.
/// </summary>
internal static class RawClient
{
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    /// <summary>A sound handshake, to be spoilt line by line.</summary>
    public static string Handshake(string target, params string[] more) =>
        Request($"GET {target} HTTP/1.1", [
            "Host: gateway.test",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            $"Sec-WebSocket-Key: {Key}",
            .. more,
        ]);

    public static string Request(string line, params string[] headers) =>
        $"{line}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n";

    /// <summary>Sends a request and reads the answer to it; of a 101, the head.</summary>
    public static async Task<RawAnswer> SendAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port).Soon();
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request)).Soon();
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);

        var status = (await reader.ReadLineAsync().Soon() ?? throw new IOException("No answer.")).Split(' ', 3);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync().Soon() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
        }

        return new RawAnswer(
            int.Parse(status[1], CultureInfo.InvariantCulture), status[2], headers, await ReadBodyAsync(reader, status[1], headers));
    }

    /// <summary>Sends bytes and reads all that comes back until the connection ends.</summary>
    public static async Task<string> SendToTheEndAsync(Uri address, string bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port).Soon();
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(bytes)).Soon();
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync().Soon();
    }

    private static async Task<string> ReadBodyAsync(StreamReader reader, string status, Dictionary<string, string> headers)
    {
        // A reader that is asked for nothing waits for something all the same.
        if (status is "101" or "204" or "304" || headers.GetValueOrDefault("Content-Length") == "0")
        {
            return "";
        }

        if (headers.TryGetValue("Content-Length", out var length))
        {
            var body = new char[int.Parse(length, CultureInfo.InvariantCulture)];
            await reader.ReadBlockAsync(body).Soon();
            return new string(body);
        }

        if (!headers.ContainsKey("Transfer-Encoding"))
        {
            return await reader.ReadToEndAsync().Soon();
        }

        var chunks = new StringBuilder();
        while (await reader.ReadLineAsync().Soon() is { } size && size != "0")
        {
            var chunk = new char[int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture)];
            await reader.ReadBlockAsync(chunk).Soon();
            chunks.Append(chunk);
            await reader.ReadLineAsync().Soon();
        }

        return chunks.ToString();
    }
}
