using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Http;
using Serverless.Functions.Tickets;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Http;

/// <summary>What a body costs depends on how long it is, not on what somebody has thought of to put into it.</summary>
public sealed class HostileBodyTests
{
    private static readonly string Long = new('a', 20_000);

    // A body, its text, its document, a set for each object: a plain one takes some twenty times its length.
    private const int MostTimes = 100;

    public static TheoryData<string, string> Bodies => new()
    {
        { "items under a long name", Object(Long, $"[{Repeat("0", 20_000)}]") },
        { "lists under a long name", Object(Long, $"[{Repeat("[]", 10_000)}]") },
        { "members under a long name", Object(Long, $"{{{Numbered(5_000, "\"{0}\":0")}}}") },
        { "double members under a long name", Object(Long, $"[{Repeat("{\"b\":0,\"b\":0}", 5_000)}]") },
        { "long names in each other", Enumerable.Repeat(Long[..1000], 60).Aggregate($"[{Repeat("0", 20_000)}]", (inner, name) => Object(name, inner)) },
        { "members that nobody knows", $"{{{Numbered(5_000, "\"{0}\":0")}}}" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_is_refused_in_memory_that_goes_with_its_length(string what, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        await ReadAsync(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var body = await ReadAsync(bytes);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.False(body.TryGet(out _, out _), what);
        Assert.InRange(allocated, 1, MostTimes * bytes.Length);
    }

    [Fact]
    public async Task A_long_name_is_shown_by_its_beginning()
    {
        var body = await ReadAsync(Encoding.UTF8.GetBytes(Object(Long, $"{{{Numbered(200, "\"{0}\":0,\"{0}\":0")}}}")));
        Assert.False(body.TryGet(out _, out var problem));
        var call = new DefaultHttpContext { Response = { Body = new MemoryStream() } };

        await problem.ExecuteAsync(call).Soon();

        Assert.InRange(call.Response.Body.Length, 1_000, 64_000);
    }

    private static Task<Body<TicketInput>> ReadAsync(byte[] bytes)
    {
        var call = new DefaultHttpContext
        {
            Request = { ContentType = "application/json", ContentLength = bytes.Length, Body = new MemoryStream(bytes) },
        };

        // All at once, on this thread.
        return Body.ReadAsync(call.Request, TicketsJson.Default.TicketInput, (input, errors) => input.Check(errors), default).Soon();
    }

    private static string Object(string name, string value) => $"{{\"{name}\":{value}}}";

    private static string Numbered(int count, string item) =>
        string.Join(',', Enumerable.Range(0, count).Select(i => item.Replace("{0}", $"{i}", StringComparison.Ordinal)));

    private static string Repeat(string item, int times) => string.Join(',', Enumerable.Repeat(item, times));
}
