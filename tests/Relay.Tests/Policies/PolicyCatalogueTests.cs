using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Policies;

namespace Serverless.Relay.Tests.Policies;

public sealed class PolicyCatalogueTests
{
    private readonly PolicyCatalogue _catalogue = new([new WebSocketPolicy.Factory(), new ApicastPolicy.Factory()]);

    [Theory]
    [InlineData(true, false, null)]
    [InlineData(true, true, null)]
    [InlineData(false, false, null)]
    [InlineData(false, true, "WebSocketPolicyMissing")]
    public async Task An_upgrade_needs_the_websocket_policy(bool inChain, bool isUpgrade, string? refused)
    {
        List<ChainedPolicy> chain = [Policy("apicast")];
        if (inChain)
        {
            chain.Add(Policy("websocket"));
        }

        var request = new HandshakeRequest(new DefaultHttpContext().Request, isUpgrade);
        var refusal = await _catalogue.Build(chain, [])!.CheckAsync(request, default);

        Assert.Equal(refused, refusal?.Reason.ToString());
    }

    [Fact]
    public async Task The_first_refusal_is_the_answer()
    {
        var chain = new PolicyChain([new Refusing(RefusalReason.NoMappingRule), new Refusing(RefusalReason.RelayFault)]);

        var refusal = await chain.CheckAsync(new HandshakeRequest(new DefaultHttpContext().Request, isUpgrade: false), default);

        Assert.Equal(RefusalReason.NoMappingRule, refusal!.Reason);
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_chain_is_named()
    {
        List<string> errors = [];

        var chain = _catalogue.Build([Policy("teleport"), Policy("websocket", """{"a":1,"b":2}"""), Policy("apicast", "[]")], errors);

        Assert.Null(chain);
        Assert.Equal(
            [
                "This relay knows no policy 'teleport'.",
                "websocket: takes no setting 'a'.",
                "websocket: takes no setting 'b'.",
                "apicast: the configuration must be an object.",
            ],
            errors);
    }

    [Fact]
    public void Settings_may_be_left_out() =>
        Assert.NotNull(_catalogue.Build([new ChainedPolicy { Name = "websocket" }], []));

    private static ChainedPolicy Policy(string name, string settings = "{}") =>
        new() { Name = name, Configuration = JsonDocument.Parse(settings).RootElement };

    private sealed class Refusing(RefusalReason reason) : IHandshakePolicy
    {
        public ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel) => new(Verdict.Refuse(reason));
    }
}
