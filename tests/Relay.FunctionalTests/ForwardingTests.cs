using System.Text;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests;

/// <summary>
/// What a backend hears: the client's request, without the credential, and nothing that the client made up about
/// itself.
/// </summary>
public sealed class ForwardingTests : GatewayTests
{
    [Theory]
    [InlineData("/echo?user_key=KEY", "/")]
    [InlineData("/echo/a/b?x=1&user_key=KEY&y=%20%41", "/a/b?x=1&y=%20%41")]
    [InlineData("/echo/?User_Key=KEY&a&&b=", "/?a&&b=")]
    [InlineData("/echo/%7Ea%2Fb//c;d=1?a=1&user%5Fkey=KEY", "/%7Ea%2Fb//c;d=1?a=1")]
    [InlineData("/echo?user_key=old&a=1&user_key=KEY", "/?a=1")]
    public async Task The_key_is_taken_out_of_the_query_and_the_rest_stays_as_it_was(string target, string heard)
    {
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake(target.Replace("KEY", Keys.Good, StringComparison.Ordinal)));

        Assert.Equal(101, answer.Status);
        Assert.Equal(heard, Assert.Single(Server.Heard).RawTarget);
        AssertNoKeyInLog(relay);
    }

    [Theory]
    [InlineData("X-Api-Key: KEY")]
    [InlineData("x_api_key: KEY")]
    public async Task The_key_is_taken_out_of_the_headers_in_every_spelling(string header)
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            Credentials = new CredentialSettings { Location = CredentialLocation.Headers, UserKeyName = "X-API-Key" },
        });
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(
            RawClient.Handshake("/echo?user_key=mine", header.Replace("KEY", Keys.Good, StringComparison.Ordinal)));

        Assert.Equal(101, answer.Status);
        var heard = Assert.Single(Server.Heard);
        Assert.Equal("/?user_key=mine", heard.RawTarget);
        Assert.DoesNotContain(heard.Headers.Values, value => value.Contains(Keys.Good, StringComparison.Ordinal));
        AssertNoKeyInLog(relay);
    }

    [Theory]
    [InlineData("Basic", "KEY:")]
    [InlineData("Basic", "KEY:ignored")]
    [InlineData("basic", ":KEY")]
    [InlineData("Bearer", "KEY")]
    public async Task The_key_is_taken_out_of_the_authorization_header(string scheme, string value)
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            Credentials = new CredentialSettings { Location = CredentialLocation.Authorization },
        });
        await using var relay = await StartRelayAsync();
        var key = value.Replace("KEY", Keys.Good, StringComparison.Ordinal);
        var sent = scheme == "Bearer" ? key : Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

        var answer = await relay.SendAsync(RawClient.Handshake("/echo", $"Authorization: {scheme} {sent}"));

        Assert.Equal(101, answer.Status);
        Assert.DoesNotContain("Authorization", Assert.Single(Server.Heard).Headers.Keys);
        AssertNoKeyInLog(relay);
    }

    [Fact]
    public async Task Headers_of_the_client_pass_and_those_of_the_connection_do_not()
    {
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(RawClient.Handshake(
            $"/echo?user_key={Keys.Good}",
            "Origin: https://app.example.com",
            "Cookie: a=1; b=2",
            "Authorization: Bearer for-the-backend",
            "Sec-WebSocket-Protocol: chat",
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
            "User-Agent: t\u00e9st",
            "Keep-Alive: timeout=5",
            "Proxy-Authorization: Basic c2VjcmV0",
            "TE: trailers"));

        var headers = Assert.Single(Server.Heard).Headers;
        Assert.Equal("https://app.example.com", headers["Origin"]);
        Assert.Equal("a=1; b=2", headers["Cookie"]);
        Assert.Equal("Bearer for-the-backend", headers["Authorization"]);
        Assert.Equal("chat", headers["Sec-WebSocket-Protocol"]);
        Assert.Equal("permessage-deflate; client_max_window_bits", headers["Sec-WebSocket-Extensions"]);
        Assert.Equal(RawClient.Key, headers["Sec-WebSocket-Key"]);
        Assert.Equal("t\u00e9st", headers["User-Agent"]);
        Assert.Equal(Server.Address.Authority, headers["Host"]);
        Assert.DoesNotContain(headers.Keys, name => name is "Keep-Alive" or "Proxy-Authorization" or "TE");
    }

    [Fact]
    public async Task Where_a_request_comes_from_is_the_relays_word_alone()
    {
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(RawClient.Handshake(
            $"/echo?user_key={Keys.Good}",
            "X-Forwarded-For: 10.0.0.1",
            "X_Forwarded_For: 10.0.0.1",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: bank.example.com",
            "X-Forwarded-Port: 1",
            "X-Forwarded-User: root",
            "x_forwarded_client_cert: Hash=1",
            "X-Real-IP: 10.0.0.1",
            "Forwarded: for=10.0.0.1"));

        var headers = Assert.Single(Server.Heard).Headers;
        Assert.Equal(
            ("127.0.0.1", "http", "gateway.test"),
            (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"], headers["X-Forwarded-Host"]));
        Assert.DoesNotContain(headers.Keys, name => name is "Forwarded" or "X-Real-IP");
        Assert.Equal(3, headers.Keys.Count(name => name.Replace('_', '-').StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("/echo/admin/users?user_key=KEY", "/base/users")]
    [InlineData("/echo/admin?user_key=KEY", "/base/")]
    [InlineData("/echo/administrator?user_key=KEY", "/administrator")]
    public async Task The_backend_of_the_longest_path_hears_the_request_under_its_own_base_path(string target, string heard)
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            Backends = [Snapshots.Usage(Server.Address), Snapshots.Usage(new Uri(Server.Address, "/base"), "/admin")],
        });
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(RawClient.Handshake(target.Replace("KEY", Keys.Good, StringComparison.Ordinal)));

        Assert.Equal(heard, Assert.Single(Server.Heard).RawTarget);
    }

    [Fact]
    public async Task A_plain_request_takes_the_same_road()
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            MappingRules = [new MappingRule { Method = "ANY", Pattern = "/", Metric = "hits" }],
        });
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Request(
            $"POST /echo/items?a=1&user_key={Keys.Good} HTTP/1.1", "Host: gateway.test", "Content-Length: 0"));

        Assert.Equal((200, "POST over http"), (answer.Status, answer.Body));
        Assert.Equal("/items?a=1", Assert.Single(Server.Heard).RawTarget);
        AssertNoKeyInLog(relay);
    }

    [Fact]
    public async Task A_body_that_breaks_its_own_framing_is_the_clients_fault()
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            MappingRules = [new MappingRule { Method = "POST", Pattern = "/", Metric = "hits" }],
        });
        Server.Instead = http => http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Request(
            $"POST /echo?user_key={Keys.Good} HTTP/1.1", "Host: gateway.test", "Transfer-Encoding: chunked") + "zz\r\n");

        Assert.Equal((400, "request_invalid"), (answer.Status, answer.Problem.Code));
    }

    [Fact]
    public async Task Requests_that_are_not_even_http_leave_no_key_in_the_log()
    {
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync($"GET /echo?user_key={Keys.Good}\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(400, answer.Status);
        AssertNoKeyInLog(relay);
    }

    private static void AssertNoKeyInLog(RunningRelay relay) =>
        Assert.DoesNotContain(relay.Log.Lines, line => line.Text.Contains(Keys.Good, StringComparison.Ordinal));
}
