using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Serverless.Contracts;
using Serverless.Relay.Authorization;

namespace Serverless.Relay.Tests.Authorization;

public sealed class SubprotocolCredentialTests
{
    [Theory]
    [InlineData("gateway.user_key.k", "k", "", false)]
    [InlineData("gateway.user_key.k, chat", "k", "chat", false)]
    [InlineData("chat.v2 , gateway.user_key.k.1-2_3,,gateway, chat.v1", "k.1-2_3", "chat.v2,chat.v1", true)]
    [InlineData("GATEWAY.user_key.k, Gateway", "k", "Gateway", false)]
    [InlineData("gateway.user_key.a%2Fb%20%25", "a/b %", "", false)]
    [InlineData("gateway", null, "", true)]
    [InlineData("gateways.user_key.k", null, "gateways.user_key.k", false)]
    [InlineData("", null, "", false)]
    public void Entries_of_the_gateway_give_up_the_key_and_the_others_are_left(string header, string? key, string others, bool own)
    {
        var found = SubprotocolCredential.Read(CredentialMode.UserKey, header, out var offer);

        Assert.Equal((key, own), ((found as Credential.UserKey)?.Text, offer.HasOwn));
        Assert.Equal(others, string.Join(',', offer.Others));
        Assert.Equal(own || key is not null, offer.IsChanged);
    }

    [Fact]
    public void Entries_may_be_in_several_lines_of_the_header()
    {
        var lines = new StringValues(["chat, gateway.app_key.s", "gateway.app_id.i"]);

        var found = SubprotocolCredential.Read(CredentialMode.AppId, lines, out var offer);

        Assert.Equal(new Credential.Application("i", "s"), found);
        Assert.Equal(["chat"], offer.Others);
    }

    [Theory]
    [InlineData("user_key", "gateway.user_key.secret-a, gateway.user_key.secret-b")]
    [InlineData("user_key", "gateway.user_key.secret-a, gateway.user_key.secret-a")]
    [InlineData("user_key", "gateway.user_key.")]
    [InlineData("user_key", "gateway.user_key")]
    [InlineData("user_key", "gateway.")]
    [InlineData("user_key", "gateway.USER_KEY.secret-a")]
    [InlineData("user_key", "gateway.key.secret-a")]
    [InlineData("user_key", "gateway.app_id.secret-a")]
    [InlineData("user_key", "gateway.token.secret-a")]
    [InlineData("app_id", "gateway.app_id.secret-a, gateway.app_key.secret-b, gateway.app_key.secret-c")]
    [InlineData("app_id", "gateway.user_key.secret-a")]
    [InlineData("oidc", "gateway.token.secret-a, gateway.token.secret-b")]
    [InlineData("oidc", "gateway.user_key.secret-a")]
    public void What_is_doubled_or_no_credential_of_the_product_is_malformed_and_never_repeated(string mode, string header)
    {
        var found = SubprotocolCredential.Read(Mode(mode), header, out var offer);

        var why = Assert.IsType<Credential.Malformed>(found).Why;
        Assert.DoesNotContain("secret", why, StringComparison.Ordinal);
        Assert.Empty(offer.Others);
    }

    [Theory]
    [InlineData("app_id", "gateway.app_id.a")]
    [InlineData("app_id", "gateway.app_key.a")]
    [InlineData("oidc", "chat")]
    public void Half_a_credential_is_none(string mode, string header) =>
        Assert.IsType<Credential.Missing>(SubprotocolCredential.Read(Mode(mode), header, out _));

    [Fact]
    public void A_token_is_taken_with_all_its_dots() => Assert.Equal(
        new Credential.Token("aa.bb.cc"),
        SubprotocolCredential.Read(CredentialMode.Oidc, "gateway.token.aa.bb.cc", out _));

    [Theory]
    [InlineData("user_key")]
    [InlineData("app_id")]
    [InlineData("oidc")]
    public void A_ticket_is_taken_whatever_else_the_product_takes_but_not_beside_it(string mode)
    {
        Assert.Equal(new Credential.Ticket("t"), SubprotocolCredential.Read(Mode(mode), "gateway.ticket.t, chat", out _));
        Assert.IsType<Credential.Malformed>(SubprotocolCredential.Read(
            Mode(mode),
            mode switch { "app_id" => "gateway.app_id.i", "oidc" => "gateway.token.t", _ => "gateway.user_key.k" } + ", gateway.ticket.t",
            out _));
    }

    [Theory]
    [InlineData("?ticket=sgtk_a", "sgtk_a", "")]
    [InlineData("?a=1&TICKET=sgtk%5Fa&b=2", "sgtk_a", "?a=1&b=2")]
    [InlineData("?ticket=a", null, "?ticket=a")]
    [InlineData("?ticket", null, "?ticket")]
    [InlineData("?ticket=a&ticket=sgtk_a", "sgtk_a", "?ticket=a")]
    [InlineData("?ticket=sgtk_a&ticket=a&ticket=", "sgtk_a", "?ticket=a&ticket=")]
    public void A_ticket_in_the_query_is_told_by_its_beginning_and_the_backends_own_is_left(string query, string? ticket, string rest)
    {
        var found = CredentialReader.Read(new CredentialSettings { Location = CredentialLocation.Headers }, query, new HeaderDictionary());

        Assert.Equal((ticket, rest), ((found.Credential as Credential.Ticket)?.Text, found.Query));
    }

    [Theory]
    [InlineData(false, "?a=1", "gateway.user_key.k", "Missing")]
    [InlineData(true, "?a=1", "gateway.user_key.k", "k")]
    [InlineData(true, "?a=1&user_key=k", "chat", "k")]
    [InlineData(true, "?a=1&user_key=k", "gateway.user_key.k", "k")]
    [InlineData(true, "?a=1&user_key=other", "gateway.user_key.k", "Malformed")]
    [InlineData(true, "?a=1&user_key=k", "gateway.user_key.", "Malformed")]
    public void Only_where_the_product_allows_it_is_it_read_and_then_nothing_else_may_contradict_it(
        bool allowed, string query, string header, string expected)
    {
        var settings = new CredentialSettings { Subprotocol = allowed };

        var found = CredentialReader.Read(settings, query, new HeaderDictionary { ["Sec-WebSocket-Protocol"] = header });

        Assert.Equal(expected, found.Credential is Credential.UserKey(var key) ? key : found.Credential.GetType().Name);
        Assert.Equal("?a=1", found.Query);
        Assert.Equal(allowed && header != "chat", found.Headers.Contains("Sec-WebSocket-Protocol"));
    }

    [Theory]
    [InlineData("chat, gateway.user_key.k, gateway", "gateway")]
    [InlineData("gateway.user_key.k, chat, other", "chat")]
    [InlineData("gateway.user_key.k", null)]
    [InlineData("ch\u00e4t", null)]
    [InlineData("", null)]
    public void A_refusal_names_a_subprotocol_that_was_offered_and_never_a_credential(string header, string? named) =>
        Assert.Equal(named, SubprotocolCredential.Harmless(header));

    private static CredentialMode Mode(string name) => name switch
    {
        "app_id" => CredentialMode.AppId,
        "oidc" => CredentialMode.Oidc,
        _ => CredentialMode.UserKey,
    };
}
