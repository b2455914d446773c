using System.Text;
using System.Text.Json;
using Serverless.Relay.SignalR;

namespace Serverless.Relay.Tests.SignalR;

public sealed class UpstreamAnswerTests
{
    [Fact]
    public void One_that_is_not_UTF_8_is_no_completion()
    {
        var answer = Encoding.Latin1.GetBytes("{\"type\":3,\"invocationId\":\"7\",\"result\":\"\u00ff\"}");

        var told = JsonDocument.Parse(UpstreamAnswer.Of("7", answer)[..^1]).RootElement;

        Assert.Equal("Invocation failed, the upstream's answer is no completion of it.", told.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("""{"type":3,"invocationId":"\ud800"}""")]
    [InlineData("""{"type":3,"\ud800":1,"invocationId":"8"}""")]
    [InlineData("""{"type":"\ud800","invocationId":"7"}""")]
    public void Half_of_a_character_makes_none_either(string answer)
    {
        var told = JsonDocument.Parse(UpstreamAnswer.Of("7", Encoding.UTF8.GetBytes(answer))[..^1]).RootElement;

        Assert.True(told.TryGetProperty("error", out _));
    }
}
