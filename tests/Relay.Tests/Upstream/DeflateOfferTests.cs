using Serverless.Relay.Upstream;

namespace Serverless.Relay.Tests.Upstream;

public sealed class DeflateOfferTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("", "server_no_context_takeover")]
    [InlineData("", "client_no_context_takeover")]
    [InlineData("", "server_max_window_bits=10")]
    [InlineData("client_max_window_bits", "")]
    [InlineData("client_max_window_bits", "client_max_window_bits=9")]
    [InlineData("client_max_window_bits=10", "client_max_window_bits=10")]
    [InlineData("server_max_window_bits=10", "server_max_window_bits=\"8\"")]
    [InlineData("server_no_context_takeover; client_max_window_bits", "client_no_context_takeover; server_no_context_takeover")]
    public void An_answer_within_the_offer_is_covered(string offer, string answer) => Assert.True(Covers(offer, answer));

    [Theory]
    [InlineData("", "client_max_window_bits=15")]
    [InlineData("client_max_window_bits", "client_max_window_bits")]
    [InlineData("client_max_window_bits=10", "client_max_window_bits=11")]
    [InlineData("server_max_window_bits=10", "")]
    [InlineData("server_max_window_bits=10", "server_max_window_bits=11")]
    [InlineData("server_no_context_takeover", "")]
    [InlineData("", "server_no_context_takeover; server_no_context_takeover")]
    [InlineData("", "server_no_context_takeover=1")]
    [InlineData("", "server_max_window_bits")]
    [InlineData("", "server_max_window_bits=7")]
    [InlineData("", "server_max_window_bits=16")]
    [InlineData("", "server_max_window_bits=010")]
    [InlineData("", "x=1")]
    [InlineData("x=1", "")]
    public void An_answer_beyond_the_offer_is_not(string offer, string answer) => Assert.False(Covers(offer, answer));

    [Fact]
    public void One_of_several_offers_is_enough()
    {
        string[] offers = ["permessage-deflate; server_max_window_bits=8", "permessage-deflate"];

        Assert.True(DeflateOffer.Covers(offers, "permessage-deflate"));
    }

    private static bool Covers(string offer, string answer) => DeflateOffer.Covers([With(offer)], With(answer));

    private static string With(string parameters) =>
        parameters.Length == 0 ? DeflateOffer.Name : $"{DeflateOffer.Name}; {parameters}";
}
