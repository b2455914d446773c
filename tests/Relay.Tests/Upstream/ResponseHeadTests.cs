using System.Text;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Tests.Upstream;

public sealed class ResponseHeadTests
{
    [Fact]
    public void Reads_status_reason_and_headers_in_order()
    {
        var head = Parse("HTTP/1.1 404 Not here\r\nA: 1\r\na:\t 2 \r\nEmpty:\r\n\r\n");

        Assert.NotNull(head);
        Assert.Equal((1, 404, "Not here"), (head.Version, head.Status, head.ReasonPhrase));
        Assert.Equal([new("A", "1"), new("a", "2"), new("Empty", "")], head.Headers);
    }

    [Theory]
    [InlineData("HTTP/1.1 200\r\n\r\n", "")]
    [InlineData("HTTP/1.0 200 \r\n\r\n", "")]
    [InlineData("HTTP/1.1 200 \u00e9\r\n\r\n", "\u00e9")]
    public void Reads_a_status_line_with_or_without_a_reason(string text, string reason)
    {
        Assert.Equal(reason, Parse(text)?.ReasonPhrase);
    }

    [Theory]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 600 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 O\0K\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: 1\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n A: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA : 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: 1\nB: 2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: 1\rB: 2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: \u0001\r\n\r\n")]
    public void Refuses_what_two_readers_could_read_differently(string text)
    {
        Assert.Null(Parse(text));
    }

    [Fact]
    public async Task Reads_the_same_however_the_bytes_are_cut()
    {
        var bytes = Encoding.Latin1.GetBytes("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 101 Go\r\nA: 1\r\n\r\nrest");
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var reader = new HeadReader(new PiecewiseStream(bytes[..cut], bytes[cut..]));

            var head = await reader.ReadAsync(CancellationToken.None);

            Assert.Equal(101, head.Status);
            Assert.Equal([new("A", "1")], head.Headers);
            Assert.StartsWith(Encoding.Latin1.GetString(reader.Rest.Span), "rest", StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "does not begin")]
    [InlineData("HTTQ", "does not begin")]
    [InlineData("HTTP/1.1 200 OK\r\nA: 1\r\n", "ended after")]
    [InlineData("", "ended after")]
    public async Task Says_what_is_wrong_with_what_is_no_head(string text, string complaint)
    {
        var reader = new HeadReader(new MemoryStream(Encoding.Latin1.GetBytes(text)));

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => reader.ReadAsync(CancellationToken.None));

        Assert.Contains(complaint, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_no_head_beyond_its_bound()
    {
        var fits = $"HTTP/1.1 200 OK\r\nA: {new string('x', (32 * 1024) - 24)}\r\n\r\n";
        var exceeds = fits.Replace("A: ", "A: y", StringComparison.Ordinal);

        Assert.Equal(32 * 1024, fits.Length);
        Assert.Equal(200, (await Read(fits)).Status);
        await Assert.ThrowsAsync<InvalidDataException>(() => Read(exceeds));
    }

    [Fact]
    public async Task Does_not_wait_through_interim_answers_for_ever()
    {
        var interim = "HTTP/1.1 100 Continue\r\n\r\n";

        Assert.Equal(200, (await Read(string.Concat(Enumerable.Repeat(interim, 8)) + "HTTP/1.1 200 OK\r\n\r\n")).Status);
        await Assert.ThrowsAsync<InvalidDataException>(
            () => Read(string.Concat(Enumerable.Repeat(interim, 9)) + "HTTP/1.1 200 OK\r\n\r\n"));
    }

    private static ResponseHead? Parse(string text) =>
        ResponseHead.TryParse(Encoding.Latin1.GetBytes(text), out var head) ? head : null;

    private static Task<ResponseHead> Read(string text) =>
        new HeadReader(new MemoryStream(Encoding.Latin1.GetBytes(text))).ReadAsync(CancellationToken.None);
}
