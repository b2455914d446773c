using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>The answer to a WebSocket handshake that was not accepted.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">The problem's code; empty when the body is no problem document.</param>
/// <param name="Text">The body.</param>
/// <param name="Headers">Headers, the body's included.</param>
internal sealed record Handshake(int Status, string Code, string Text, IReadOnlyDictionary<string, string> Headers)
{
    // Handshakes are never pooled: each has a connection of its own, as a client's would.
    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });

    /// <summary>Sends a handshake and gives the answer, 101 included (which is then dropped).</summary>
    public static async Task<Handshake> SendAsync(Uri url, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("websocket"));
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request, CancellationToken.None).Soon();
        var status = (int)response.StatusCode;
        var text = status == 101 ? "" : await response.Content.ReadAsStringAsync().Soon();
        var all = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new(status, CodeOf(text), text, all);
    }

    /// <summary>Repeats the handshake until the answer is as wanted: what was just changed needs a moment to arrive.</summary>
    public static async Task<Handshake> AnsweredAsync(Uri url, Predicate<Handshake> wanted)
    {
        var deadline = TimeProvider.System.GetUtcNow() + Timeouts.Default;
        using var between = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var answer = await SendAsync(url);
            if (wanted(answer))
            {
                return answer;
            }

            var late = string.Create(CultureInfo.InvariantCulture, $"Still answered {answer.Status} {answer.Text}");
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, late);
            await between.WaitForNextTickAsync();
        }
    }

    /// <summary>
    /// Repeats the handshake until it is refused, and not for the moment only: one that was under way when a relay heard that
    /// its key was taken back is told so, and the next one why.
    /// </summary>
    public static Task<Handshake> RefusedAsync(Uri url) =>
        AnsweredAsync(url, answer => answer.Status != 101 && answer.Code != "key_revoked");

    private static string CodeOf(string text)
    {
        try
        {
            return (JsonNode.Parse(text) as JsonObject)?["code"]?.GetValue<string>() ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
