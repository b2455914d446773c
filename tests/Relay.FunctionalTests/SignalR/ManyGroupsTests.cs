using System.Net;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Many groups with the longest names, joined, sent to and left all at once.</summary>
public sealed class ManyGroupsTests
{
    private const int Groups = 60;

    [Fact]
    public async Task Each_is_joined_sent_to_and_left_by_those_in_it_alone()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var ann = await HubSocket.OpenAsync(emulation, "chat", new { nameid = Name('a', 0) });
        using var bob = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "bob" });

        await Task.WhenAll(Enumerable.Range(0, Groups).Select(i => AllAsync(emulation, i, HttpStatusCode.OK,
            ("PUT", $"users/{Path('a', 0)}/groups/{Path('g', i)}"), ("PUT", $"connections/{bob.Id}/groups/{Path('b', i)}"))));
        await Task.WhenAll(Enumerable.Range(0, Groups).Select(i => AllAsync(emulation, i, HttpStatusCode.Accepted,
            ("POST", $"groups/{Path('g', i)}/:send"), ("POST", $"groups/{Path('b', i)}/:send"))));
        var heard = (await HeardAsync(ann), await HeardAsync(bob));
        await AllAsync(emulation, 0, HttpStatusCode.NoContent, ("DELETE", $"users/{Path('a', 0)}/groups"));
        await AllAsync(emulation, 0, HttpStatusCode.OK, ("DELETE", $"connections/{bob.Id}/groups"));
        await Task.WhenAll(Enumerable.Range(0, Groups).Select(i => AllAsync(emulation, i, HttpStatusCode.NotFound,
            ("HEAD", $"groups/{Path('g', i)}"), ("HEAD", $"groups/{Path('b', i)}"))));

        Assert.Equal(Enumerable.Range(0, Groups), heard.Item1);
        Assert.Equal(Enumerable.Range(0, Groups), heard.Item2);
    }

    private static string Name(char letter, int i) => new string(letter, 1020) + i.ToString("d4", null);

    private static string Path(char letter, int i) => Uri.EscapeDataString(Name(letter, i));

    private static async Task AllAsync(RunningEmulation emulation, int i, HttpStatusCode status, params (string Method, string Path)[] calls)
    {
        foreach (var (method, path) in calls)
        {
            var body = method == "POST" ? $$"""{"target":"t","arguments":[{{i}}]}""" : null;
            Assert.Equal(status, (await emulation.CallAsync(method, $"/api/hubs/chat/{path}?{RunningEmulation.Version}", body)).Status);
        }
    }

    // In whatever order they came.
    private static async Task<IEnumerable<int>> HeardAsync(HubSocket client)
    {
        var heard = new List<int>();
        while (heard.Count < Groups)
        {
            heard.Add((await client.ReadAsync())!.Value.GetProperty("arguments")[0].GetInt32());
        }

        return heard.Order();
    }
}
