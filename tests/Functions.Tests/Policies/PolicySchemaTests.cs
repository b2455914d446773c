using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Functions.Http;
using Serverless.Functions.Policies;

namespace Serverless.Functions.Tests.Policies;

public sealed class PolicySchemaTests
{
    public static TheoryData<string> Names => [.. Catalogue.All.Select(policy => policy.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_schema_says_what_it_is_for_and_accepts_its_own_examples(string name)
    {
        var policy = Catalogue.Find(name)!;

        Assert.Equal("http://json-schema.org/draft-04/schema#", policy.Schema.GetProperty("$schema").GetString());
        Assert.False(string.IsNullOrWhiteSpace(policy.Summary));
        Assert.False(string.IsNullOrWhiteSpace(policy.Description));
        Assert.False(policy.Schema.GetProperty("additionalProperties").GetBoolean());
        var examples = policy.Schema.GetProperty("examples").EnumerateArray().ToList();
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Empty(Errors(name, example.GetRawText())));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_schema_bounds_every_text_and_list_and_has_no_expression_that_could_take_long(string name)
    {
        var text = Catalogue.Find(name)!.Schema.GetRawText();

        Assert.DoesNotContain("\"pattern\"", text, StringComparison.Ordinal);
        Assert.Equal(Regex.Count(text, "\"type\": \"array\""), Regex.Count(text, "\"maxItems\""));
        Assert.Equal(
            Regex.Count(text, "\"type\": \"string\""),
            Regex.Count(text, "\"maxLength\"") + Regex.Count(text, "\"enum\""));
    }

    [Theory]
    [InlineData("websocket", """{"a/b":1}""", "/a~1b unknown_member")]
    [InlineData("origin", "{}", "/allow required")]
    [InlineData("origin", """{"allow":[]}""", "/allow too_few")]
    [InlineData("origin", """{"allow":"https://a"}""", "/allow wrong_type")]
    [InlineData("origin", """{"allow":["https://a","https://a"]}""", "/allow duplicate")]
    [InlineData("origin", """{"allow":["a.example","https://a/","https://a?x","https://u@a","https://*","*",""," https://a"]}""",
        "/allow/0 invalid_format", "/allow/1 invalid_format", "/allow/2 invalid_format", "/allow/3 invalid_format",
        "/allow/4 invalid_format", "/allow/5 invalid_format", "/allow/6 invalid_format", "/allow/7 invalid_format")]
    [InlineData("origin", """{"allow":["https://a",7],"allow_missing":"no","x.y[0]":1}""", "/allow/1 wrong_type", "/allow_missing wrong_type", "/x.y[0] unknown_member")]
    [InlineData("origin", """{"allow":["null","https://a.example:8443","http://[::1]:80","https://*.a.example","chrome-extension://abc"]}""")]
    [InlineData("ip_check", """{"check_type":"greylist","ips":["10.0.0.1"]}""", "/check_type unknown_value")]
    [InlineData("ip_check", """{"check_type":"whitelist","ips":["1","10.0.0.0/33","::/129","fe80::1%1","10.0.0.01","h","10.0.0.0/","10.0.0.0/-1"]}""",
        "/ips/0 invalid_format", "/ips/1 invalid_format", "/ips/2 invalid_format", "/ips/3 invalid_format",
        "/ips/4 invalid_format", "/ips/5 invalid_format", "/ips/6 invalid_format", "/ips/7 invalid_format")]
    [InlineData("ip_check", """{"check_type":"blacklist","ips":["10.1.2.3/8","::1","2001:db8::/32"],"client_ip_sources":["last_caller"]}""")]
    [InlineData("ip_check", """{"check_type":"blacklist","ips":["::1"],"client_ip_sources":["X-Forwarded-For"]}""", "/client_ip_sources/0 unknown_value")]
    [InlineData("maintenance_mode", """{"status":200}""", "/status out_of_range")]
    [InlineData("maintenance_mode", """{"status":99999999999999999999999999999999}""", "/status out_of_range")]
    [InlineData("maintenance_mode", """{"status":1e400}""", "/status out_of_range")]
    [InlineData("upstream_connection", """{"connect_timeout":-1e27,"read_timeout":123456789012345678901234567890}""", "/read_timeout out_of_range")]
    [InlineData("maintenance_mode", """{"status":503.5,"message":1,"message_content_type":"text"}""", "/status wrong_type", "/message wrong_type", "/message_content_type invalid_format")]
    [InlineData("upstream_connection", """{"connect_timeout":0,"read_timeout":1e9,"send_timeout":1}""", "/connect_timeout out_of_range", "/read_timeout out_of_range", "/send_timeout unknown_member")]
    [InlineData("upstream_connection", """{"connect_timeout":0.5,"read_timeout":60}""")]
    [InlineData("websocket_connections", "{}", "/per_application required")]
    [InlineData("websocket_connections", """{"per_application":0,"dry_run":1,"x":1}""", "/per_application out_of_range", "/dry_run wrong_type", "/x unknown_member")]
    [InlineData("websocket_connections", """{"per_application":1000001}""", "/per_application out_of_range")]
    [InlineData("websocket_connections", """{"per_application":1000000,"dry_run":true}""")]
    [InlineData("websocket_message_size", """{"from_client":0,"from_backend":1.5,"dry_run":1}""", "/from_client out_of_range", "/from_backend wrong_type", "/dry_run wrong_type")]
    [InlineData("websocket_rate", """{"from_client":{"messages_per_second":0,"action":"stop"},"from_backend":7}""", "/from_client/messages_per_second out_of_range", "/from_client/action unknown_value", "/from_backend wrong_type")]
    [InlineData("websocket_rate", """{"from_client":{"message_burst":5},"from_backend":{"bytes_per_second":1,"byte_burst":5}}""", "/from_client/message_burst not_used")]
    [InlineData("websocket_lifetime", """{"max_age":0.5,"max_age_jitter":-1,"idle_timeout":"60"}""", "/max_age out_of_range", "/max_age_jitter out_of_range", "/idle_timeout wrong_type")]
    [InlineData("websocket_keepalive", """{"ping_interval":0,"pong_timeout":0}""", "/pong_timeout out_of_range")]
    [InlineData("websocket_slow_peer", "{}", "/timeout required")]
    [InlineData("headers", """{"request":[{"op":"set","header":"Host","value":"x"},4,{"op":"set","header":"A"},{}]}""",
        "/request/0/header invalid_format", "/request/1 wrong_type", "/request/3/op required", "/request/3/header required")]
    [InlineData("headers", """{"request":[{"op":"set","header":"A"},{"op":"delete","header":"B","value":"x"}]}""", "/request/0/value required", "/request/1/value not_used")]
    [InlineData("headers", """{"response":[{"op":"push","header":"Sec_WebSocket_Accept","value":"x"},{"op":"add","header":"X","value":"a\r\nb","value_type":"liquid"}]}""",
        "/response/0/header invalid_format", "/response/1/value invalid_format", "/response/1/value_type unknown_value")]
    [InlineData("default_credentials", """{"auth_type":"user_key","app_id":"x"}""", "/app_id not_used")]
    [InlineData("default_credentials", """{"auth_type":"app_id_and_app_key","app_key":"k k"}""", "/app_key invalid_format")]
    [InlineData("default_credentials", """{"auth_type":"app_id_and_app_key","app_key":"k"}""", "/app_id required")]
    public void Everything_that_is_wrong_with_a_configuration_is_named_by_its_place(string name, string configuration, params string[] errors) =>
        Assert.Equal(errors.Order(), Errors(name, configuration).Order());

    [Fact]
    public void A_message_helps()
    {
        var errors = new Errors();

        Catalogue.Find("ip_check")!.Check(JsonElement.Parse("""{"check_type":"x","ips":["?"]}"""), "", errors);

        Assert.Equal(
            [
                "It needs to be one of whitelist, blacklist.",
                "It needs an IPv4 or IPv6 address, or a range of them such as 192.168.0.0/16.",
            ],
            errors.Found.Select(error => error.Message));
    }

    private static IEnumerable<string> Errors(string name, string configuration)
    {
        var errors = new Errors();
        Catalogue.Find(name)!.Check(JsonElement.Parse(configuration), "", errors);
        return errors.Found.Select(error => $"{error.At} {error.Code}");
    }
}
