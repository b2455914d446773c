using System.Net;
using System.Text;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Texts that JSON's grammar lets pass, and that are no texts all the same.</summary>
public sealed class BadTextTests
{
    [Theory]
    [InlineData(":send", """{"target":"\ud800","arguments":[]}""")]
    [InlineData(":send", """{"\ud800":1,"target":"t"}""")]
    [InlineData(":send", """{"target":"t","arguments":["\ud800"]}""")]
    [InlineData(":send", """{"target":"t","arguments":[{"a":[{"\udc00":1}]}]}""")]
    [InlineData(":execute", """[{"type":"\ud800"}]""")]
    [InlineData(":execute", """[{"type":"JoinGroup","group":"\ud800"}]""")]
    [InlineData(":execute", """[{"type":"SendMessage","message":{"target":"t","arguments":["\ud800"]}}]""")]
    [InlineData(":execute", """[{"type":"CloseConnection","reason":"\ud800"}]""")]
    public async Task A_body_with_half_of_a_character_is_refused(string operation, string body)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        var reply = await emulation.CallAsync("POST", $"/api/hubs/chat/{operation}?{RunningEmulation.Version}", body);
        await emulation.SendAsync("chat", "\ud83d\ude00");

        Assert.Equal((HttpStatusCode.BadRequest, "InvalidArgument"), (reply.Status, reply.Code));
        Assert.Equal("\ud83d\ude00", await client.TargetAsync());
    }

    [Theory]
    [InlineData("{\"target\":\"\u00ff\"}")]
    [InlineData("{\"target\":\"t\",\"arguments\":[\"\u00ff\"]}")]
    public async Task A_body_that_is_not_UTF_8_is_refused(string latin)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(emulation.Address, "/api/v1/hubs/chat"));
        request.Headers.Add("Authorization", $"Bearer {ServiceTokens.Sign("http://localhost/api/v1/hubs/chat")}");
        request.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(latin));

        using var reply = await http.SendAsync(request).Soon();

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
    }

    [Theory]
    [InlineData("""{"type":1,"target":"\ud800","arguments":[]}""")]
    [InlineData("""{"type":1,"\ud800":1,"target":"t","arguments":[],"invocationId":"\ud800"}""")]
    public async Task A_message_with_half_of_a_character_in_a_name_closes_its_connection(string message)
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var client = await HubSocket.OpenAsync(emulation, "chat");

        await client.SendAsync(message);

        Assert.Equal("The message is none of the JSON hub protocol.", await client.CloseAsync());
    }
}
