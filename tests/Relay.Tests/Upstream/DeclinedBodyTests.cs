using System.Text;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Relay.Upstream;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Upstream;

public sealed class DeclinedBodyTests
{
    private const string Coded = "5\r\nhello\r\n00A;ext=\"a b\"\r\n, chunked!\r\n1 \r\n\n\r\n0;x\r\nTrailer: t\r\nOther: u\r\n\r\n";
    private const string Plain = "hello, chunked!\n";

    [Fact]
    public async Task Takes_chunks_apart_however_they_are_cut()
    {
        var bytes = Encoding.ASCII.GetBytes(Coded);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            await using var body = Body(new BodyFraming(true, null), bytes[..cut], bytes[cut..]);

            Assert.Equal(Plain, await TextAsync(body));
        }
    }

    [Fact]
    public async Task Takes_chunks_apart_into_a_buffer_of_one_byte()
    {
        await using var body = Body(new BodyFraming(true, null), Encoding.ASCII.GetBytes(Coded));
        var text = new StringBuilder();
        var one = new byte[1];

        while (await body.ReadAsync(one) == 1)
        {
            text.Append((char)one[0]);
        }

        Assert.Equal(Plain, text.ToString());
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("\r\n")]
    [InlineData("5\nhello")]
    [InlineData("5\r\nhello0\r\n\r\n")]
    [InlineData("5;ext\nhello")]
    [InlineData("8000000000000000\r\n")]
    [InlineData("0\r\nTrailer: t\n\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("5\r\nhel")]
    [InlineData("5\r\nhello\r\n")]
    [InlineData("")]
    public async Task Refuses_chunks_that_are_broken_or_cut_short(string coded)
    {
        await using var body = Body(new BodyFraming(true, null), Encoding.ASCII.GetBytes(coded));

        await Assert.ThrowsAsync<IOException>(() => TextAsync(body));
    }

    [Fact]
    public async Task Refuses_a_chunk_head_without_end()
    {
        await using var body = Body(new BodyFraming(true, null), Encoding.ASCII.GetBytes("5;" + new string('x', 9000)));

        await Assert.ThrowsAsync<IOException>(() => TextAsync(body));
    }

    [Fact]
    public async Task Stops_at_the_length_that_was_given()
    {
        await using var body = Body(new BodyFraming(false, 5), "hel"u8.ToArray(), "lo"u8.ToArray(), "more"u8.ToArray());

        Assert.Equal("hello", await TextAsync(body));
    }

    [Fact]
    public async Task Refuses_less_than_the_length_that_was_given()
    {
        await using var body = Body(new BodyFraming(false, 5), "hel"u8.ToArray());

        await Assert.ThrowsAsync<IOException>(() => TextAsync(body));
    }

    [Fact]
    public async Task Lasts_until_the_end_of_the_connection_where_no_length_is_given()
    {
        await using var body = Body(new BodyFraming(false, null), "all "u8.ToArray(), "of it"u8.ToArray());

        Assert.Equal("all of it", await TextAsync(body));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_given_up_when_it_stops_coming(bool chunked)
    {
        var (near, far) = await Wire.ConnectAsync();
        using var backend = far;
        await using var body = new DeclinedBody(
            near, new BodyFraming(chunked, chunked ? null : 9), TimeSpan.FromMilliseconds(50), TimeProvider.System);

        await Assert.ThrowsAsync<IOException>(() => TextAsync(body).Soon());
    }

    [Theory]
    [InlineData(200, "Content-Length: 5", false, 5L)]
    [InlineData(200, "Content-Length: 5, 5", false, 5L)]
    [InlineData(200, "Transfer-Encoding: Chunked", true, null)]
    [InlineData(200, "X: y", false, null)]
    [InlineData(204, "Content-Length: 5", false, 0L)]
    [InlineData(304, "Content-Length: 5", false, 0L)]
    public void Is_framed_as_the_head_says(int status, string header, bool chunked, long? length)
    {
        Assert.Equal(new BodyFraming(chunked, length), BodyFraming.Of(Head(status, header)));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 6")]
    [InlineData("Content-Length: +5")]
    [InlineData("Content-Length: 0x5")]
    [InlineData("Content-Length: 99999999999999999999")]
    [InlineData("Transfer-Encoding: gzip, chunked")]
    [InlineData("Transfer-Encoding: identity")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5")]
    public void Is_refused_when_the_head_says_two_things(string headers)
    {
        Assert.Throws<InvalidDataException>(() => BodyFraming.Of(Head(200, headers)));
    }

    private static ResponseHead Head(int status, string headers)
    {
        Assert.True(ResponseHead.TryParse(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\n{headers}\r\n\r\n"), out var head));
        return head;
    }

    private static DeclinedBody Body(BodyFraming framing, params byte[][] pieces) =>
        new(new PiecewiseStream(pieces), framing, TimeSpan.FromSeconds(30), TimeProvider.System);

    private static async Task<string> TextAsync(Stream body)
    {
        using var text = new MemoryStream();
        await body.CopyToAsync(text);
        return Encoding.ASCII.GetString(text.ToArray());
    }
}
