using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Policies;

namespace Serverless.Relay.Tests.Policies;

public sealed class PolicyTests
{
    [Theory]
    [InlineData("https://app.example.com", true)]
    [InlineData("https://APP.example.com", true)]
    [InlineData("https://app.example.com:443", true)]
    [InlineData("https://app.example.com:8443", false)]
    [InlineData("http://app.example.com", false)]
    [InlineData("https://app.example.com.evil.com", false)]
    [InlineData("https://app.example.com@evil.com", false)]
    [InlineData("https://evil.com/https://app.example.com", false)]
    [InlineData("https://a.b.example.org", true)]
    [InlineData("https://example.org", false)]
    [InlineData("https://evilexample.org", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    [InlineData("nonsense", false)]
    [InlineData(null, true)]
    public async Task Origin_lets_only_these_pages_in(string? origin, bool passes)
    {
        var policy = Build(new OriginPolicy.Factory(), """{"allow":["https://app.example.com","https://*.example.org"]}""");

        var reason = await ReasonAsync(policy, http => http.Request.Headers.Origin = origin);

        Assert.Equal(passes ? null : RefusalReason.OriginNotAllowed, reason);
    }

    [Fact]
    public async Task Origin_may_ask_for_one_and_never_takes_two()
    {
        var policy = Build(new OriginPolicy.Factory(), """{"allow":["https://a","null"],"allow_missing":false}""");

        Assert.Equal(RefusalReason.OriginNotAllowed, await ReasonAsync(policy, _ => { }));
        Assert.Null(await ReasonAsync(policy, http => http.Request.Headers.Origin = "null"));
        Assert.Equal(
            RefusalReason.OriginNotAllowed,
            await ReasonAsync(policy, http => http.Request.Headers.Origin = new(["https://a", "https://a"])));
    }

    [Theory]
    [InlineData("10.9.8.7", true)]
    [InlineData("::ffff:10.9.8.7", true)]
    [InlineData("11.0.0.1", false)]
    [InlineData("192.168.1.127", true)]
    [InlineData("192.168.1.128", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db9::1", false)]
    [InlineData("::1", true)]
    [InlineData("::2", false)]
    public async Task Ip_check_accepts_or_refuses_by_the_address_of_the_socket(string client, bool listed)
    {
        const string Ips = """ "ips":["10.1.2.3/8","192.168.1.0/25","2001:db8::/32","::1"] """;
        var white = Build(new IpCheckPolicy.Factory(), $$"""{"check_type":"whitelist",{{Ips}}}""");
        var black = Build(new IpCheckPolicy.Factory(), $$"""{"check_type":"blacklist",{{Ips}}}""");
        void From(HttpContext http)
        {
            http.Connection.RemoteIpAddress = IPAddress.Parse(client);
            http.Request.Headers["X-Forwarded-For"] = "10.0.0.1";
        }

        Assert.Equal(listed ? null : RefusalReason.IpNotAllowed, await ReasonAsync(white, From));
        Assert.Equal(listed ? RefusalReason.IpNotAllowed : null, await ReasonAsync(black, From));
    }

    [Fact]
    public async Task Ip_check_refuses_who_has_no_address_and_in_its_own_words()
    {
        var policy = Build(new IpCheckPolicy.Factory(), """{"check_type":"blacklist","ips":["10.0.0.1"],"error_msg":"No."}""");

        var verdict = await policy.CheckAsync(Request(_ => { }), default);

        Assert.Equal(new OwnAnswer(403, "text/plain; charset=utf-8", "No."), verdict.Refusal?.Own);
    }

    [Fact]
    public async Task Maintenance_mode_refuses_everything_in_its_own_words()
    {
        var plain = await Build(new MaintenanceModePolicy.Factory(), "{}").CheckAsync(Request(_ => { }), default);
        var own = await Build(new MaintenanceModePolicy.Factory(), """{"status":418,"message":"<b>tea</b>","message_content_type":"text/html"}""")
            .CheckAsync(Request(_ => { }), default);

        Assert.Equal(new OwnAnswer(503, "text/plain; charset=utf-8", "Service Unavailable - Maintenance"), plain.Refusal!.Own);
        Assert.Equal(new OwnAnswer(418, "text/html", "<b>tea</b>"), own.Refusal!.Own);
        Assert.Equal(RefusalReason.Maintenance, own.Refusal.Reason);
    }

    [Theory]
    [InlineData("add", "x-there", "X-Other: o|X-There: 1|X-There: 2|x-there: new")]
    [InlineData("add", "X-New", "X-Other: o|X-There: 1|X-There: 2")]
    [InlineData("set", "x-there", "X-Other: o|x-there: new")]
    [InlineData("set", "X-New", "X-Other: o|X-There: 1|X-There: 2|X-New: new")]
    [InlineData("push", "X-New", "X-Other: o|X-There: 1|X-There: 2|X-New: new")]
    [InlineData("push", "X-There", "X-Other: o|X-There: 1|X-There: 2|X-There: new")]
    [InlineData("delete", "x-there", "X-Other: o")]
    [InlineData("delete", "X-New", "X-Other: o|X-There: 1|X-There: 2")]
    public async Task Headers_are_changed_as_3scale_changes_them(string op, string header, string after)
    {
        var operation = $$"""{"op":"{{op}}","header":"{{header}}","value":"new","value_type":"plain"}""";
        var policy = Build(new HeadersPolicy.Factory(), $$"""{"request":[{{operation}}],"response":[{{operation}}]}""");
        var request = Request(_ => { });
        await policy.CheckAsync(request, default);
        List<KeyValuePair<string, string>> sent = [new("X-Other", "o"), new("X-There", "1"), new("X-There", "2")];
        var answered = new HeaderDictionary { ["X-Other"] = "o", ["X-There"] = new(["1", "2"]) };

        request.ToBackend.ForEach(edit => edit.Apply(sent));
        request.ToClient.ForEach(edit => edit.Apply(answered));

        Assert.Equal(after, string.Join('|', sent.Select(line => $"{line.Key}: {line.Value}")));
        Assert.Equal(
            after.Split('|').Select(line => line.ToUpperInvariant()).Order(),
            answered.SelectMany(line => line.Value, (line, value) => $"{line.Key}: {value}".ToUpperInvariant()).Order());
    }

    [Fact]
    public async Task Default_credentials_and_timeouts_are_noted_for_later()
    {
        var request = Request(_ => { });
        await Build(new DefaultCredentialsPolicy.Factory(), """{"auth_type":"user_key","user_key":"k"}""").CheckAsync(request, default);
        await Build(new UpstreamConnectionPolicy.Factory(), """{"connect_timeout":0.5,"read_timeout":60}""").CheckAsync(request, default);

        Assert.Equal(new OfferedCredentials("k", null, null), request.Credentials);
        Assert.Equal(new Patience(TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(1)), request.Patience);

        await Build(new DefaultCredentialsPolicy.Factory(), """{"auth_type":"app_id_and_app_key","app_id":"a","app_key":"k"}""").CheckAsync(request, default);
        Assert.Equal(new OfferedCredentials(null, "a", "k"), request.Credentials);
    }

    [Theory]
    [InlineData("origin", "{}")]
    [InlineData("origin", """{"allow":["x"]}""")]
    [InlineData("origin", """{"allow":["https://a"],"more":1}""")]
    [InlineData("origin", "[]")]
    [InlineData("ip_check", """{"check_type":"grey","ips":["::1"]}""")]
    [InlineData("ip_check", """{"check_type":"whitelist","ips":["10.0.0.0/33"]}""")]
    [InlineData("ip_check", """{"check_type":"whitelist","ips":["::1"],"client_ip_sources":["X-Real-IP"]}""")]
    [InlineData("maintenance_mode", """{"status":200}""")]
    [InlineData("maintenance_mode", """{"message_content_type":"a\r\nb"}""")]
    [InlineData("headers", """{"request":[{"op":"set","header":"Host","value":"x"}]}""")]
    [InlineData("headers", """{"response":[{"op":"set","header":"X","value":"a\nb"}]}""")]
    [InlineData("headers", """{"response":[{"op":"set","header":"X","value":"a","value_type":"liquid"}]}""")]
    [InlineData("default_credentials", """{"auth_type":"user_key"}""")]
    [InlineData("default_credentials", """{"auth_type":"app_id_and_app_key","app_id":"a"}""")]
    [InlineData("upstream_connection", """{"connect_timeout":0}""")]
    [InlineData("upstream_connection", """{"read_timeout":"1"}""")]
    [InlineData("websocket_connections", """{}""")]
    [InlineData("websocket_connections", """{"per_application":0}""")]
    [InlineData("websocket_connections", """{"per_application":1000001}""")]
    [InlineData("websocket_connections", """{"per_application":1,"per_key":1}""")]
    [InlineData("websocket_message_size", """{"from_client":0}""")]
    [InlineData("websocket_rate", """{"from_client":{"messages_per_second":0}}""")]
    [InlineData("websocket_rate", """{"from_backend":{"action":"stop"}}""")]
    [InlineData("websocket_lifetime", """{"max_age":0}""")]
    [InlineData("websocket_keepalive", """{"pong_timeout":0}""")]
    [InlineData("websocket_slow_peer", "{}")]
    public void Settings_that_are_wrong_build_nothing_and_are_named_without_their_values(string policy, string settings)
    {
        IPolicyFactory[] factories =
        [
            new OriginPolicy.Factory(), new IpCheckPolicy.Factory(), new MaintenanceModePolicy.Factory(), new HeadersPolicy.Factory(),
            new DefaultCredentialsPolicy.Factory(), new UpstreamConnectionPolicy.Factory(),
            new WebSocketMessageSizePolicy.Factory(), new WebSocketRatePolicy.Factory(), new WebSocketLifetimePolicy.Factory(),
            new WebSocketKeepalivePolicy.Factory(), new WebSocketSlowPeerPolicy.Factory(), new WebSocketConnectionsPolicy.Factory(),
        ];
        List<string> errors = [];

        Assert.Null(factories.Single(factory => factory.Name == policy).Build(JsonDocument.Parse(settings).RootElement, errors));

        Assert.StartsWith(policy + ": ", Assert.Single(errors), StringComparison.Ordinal);
    }

    private static IHandshakePolicy Build(IPolicyFactory factory, string settings)
    {
        List<string> errors = [];
        var policy = factory.Build(JsonDocument.Parse(settings).RootElement, errors);
        Assert.Empty(errors);
        return policy!;
    }

    private static async Task<RefusalReason?> ReasonAsync(IHandshakePolicy policy, Action<HttpContext> prepare) =>
        (await policy.CheckAsync(Request(prepare), default)).Refusal?.Reason;

    private static HandshakeRequest Request(Action<HttpContext> prepare)
    {
        var http = new DefaultHttpContext();
        prepare(http);
        return new HandshakeRequest(http.Request, isUpgrade: true);
    }
}
