using System.Text.RegularExpressions;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Operations;

/// <summary>
/// What has to be there for an operation, of names that no other stage has. Every step is a place of its own:
/// <c>{product}</c> is the path of the product once step <c>product</c> is done, and <c>{n}</c> is in every name.
/// </summary>
internal sealed partial class Stage
{
    private static readonly Dictionary<string, (string Method, string Path, string? Body)> Steps = new()
    {
        ["backend"] = ("POST", "/api/backends", """{"system_name":"b-{n}","name":"B","private_base_url":"http://127.0.0.1:9"}"""),
        ["backend-metric"] = ("POST", "{backend}/metrics", """{"system_name":"bm","name":"M","unit":"u"}"""),
        ["backend-rule"] = ("POST", "{backend}/mapping-rules", """{"method":"GET","pattern":"/b","metric":"hits"}"""),
        ["product"] = ("POST", "/api/products", """{"system_name":"p-{n}","name":"P"}"""),
        ["use"] = ("POST", "{product}/backends", """{"backend":"b-{n}","path":"/used"}"""),
        ["metric"] = ("POST", "{product}/metrics", """{"system_name":"m","name":"M","unit":"u"}"""),
        ["rule"] = ("POST", "{product}/mapping-rules", """{"method":"GET","pattern":"/","metric":"hits"}"""),
        ["message-rule"] = ("POST", "{product}/message-rules", """{"direction":"in","metric":"hits"}"""),
        ["chain"] = ("PUT", "{product}/policies", """{"policies":[{"name":"websocket"},{"name":"apicast"}]}"""),
        ["staging"] = ("POST", "{product}/configs/staging:promote", null),
        ["production"] = ("POST", "{product}/configs/production:promote", null),
        ["newer-rule"] = ("POST", "{product}/mapping-rules", """{"method":"GET","pattern":"/newer","metric":"hits"}"""),
        ["newer-staging"] = ("POST", "{product}/configs/staging:promote", null),
        ["plan"] = ("POST", "{product}/plans", """{"system_name":"basic","name":"Basic"}"""),
        ["other-plan"] = ("POST", "{product}/plans", """{"system_name":"gold","name":"Gold"}"""),
        ["limit"] = ("POST", "{plan}/limits", """{"metric":"hits","period":"day","value":5}"""),
        ["approved-plan"] = ("POST", "{product}/plans", """{"system_name":"basic","name":"Basic","approval_required":true}"""),
        ["default-plan"] = ("POST", "{plan}:make-default", null),
        ["price"] = ("POST", "{plan}/pricing-rules", """{"metric":"hits","min":1,"cost_per_unit":0.5}"""),
        ["policy"] = ("POST", "/api/policies", """{"name":"s-{n}","summary":"S","builtin":"origin","configuration":{"allow":["https://h"]}}"""),
        ["pinned"] = ("POST", "{product}/configs/staging:pin", """{"version":1}"""),
        ["pending-account"] = ("POST", "/api/accounts", """{"system_name":"a-{n}","name":"A","state":"pending"}"""),
        ["suspended-account"] = ("POST", "{account}:suspend", null),
        ["custom-plan"] = ("POST", "{application}:customize-plan", null),
        ["filter"] = ("POST", "{application}/referrer-filters", """{"value":"*.example.com"}"""),
        ["account"] = ("POST", "/api/accounts", """{"system_name":"a-{n}","name":"A"}"""),
        ["application"] = (
            "POST",
            "/api/accounts/a-{n}/applications",
            """{"id":"x-{n}","product":"p-{n}","plan":"basic","name":"X"}"""),
        ["key"] = ("POST", "{application}/keys", "{}"),
        ["suspended"] = ("POST", "{application}:suspend", null),
        ["token"] = ("POST", "/api/access-tokens", """{"name":"t-{n}","scopes":["read"]}"""),
    };

    private readonly Dictionary<string, string> _places = new() { ["n"] = Guid.NewGuid().ToString("N")[..12], ["i"] = "0" };
    private readonly List<string> _made = [];

    private Stage()
    {
    }

    /// <summary>Paths of what was made, first things first.</summary>
    public IReadOnlyList<string> Made => _made;

    /// <summary>Makes what an operation needs.</summary>
    public static async Task<Stage> SetAsync(HttpClient admin, string needs)
    {
        var stage = new Stage();
        foreach (var step in needs.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            await stage.DoAsync(admin, step);
        }

        return stage;
    }

    /// <summary>A text with its places filled in.</summary>
    public string Fill(string text, int number = 0) => Place().Replace(
        text,
        match => match.Groups[1].Value == "i" ? $"{number}" : _places[match.Groups[1].Value]);

    /// <summary>Calls an operation.</summary>
    public Task<HttpResponseMessage> CallAsync(HttpClient client, Operation operation, string? ifMatch = "*", int number = 0) =>
        client.SendAsync(
            operation.Method,
            Fill(operation.Path),
            operation.Body is { } body ? Fill(body, number) : null,
            operation.Method == "POST" && ifMatch == "*" ? null : ifMatch);

    private async Task DoAsync(HttpClient admin, string step)
    {
        var (method, path, body) = Steps[step];
        using var response = await admin.SendAsync(
            method,
            Fill(path),
            body is null ? null : Fill(body),
            method == "PUT" ? "*" : null);
        Assert.True(response.IsSuccessStatusCode, $"{step}: {await response.Content.ReadAsStringAsync().Soon()}");
        if (response.Headers.Location is { } location)
        {
            _places[step] = location.ToString();

            // What an environment serves is made by no step of its own: it goes with the product.
            if (!step.EndsWith("staging", StringComparison.Ordinal) && step is not ("production" or "pinned" or "custom-plan"))
            {
                _made.Add(location.ToString());
            }
        }
    }

    // Not every brace in JSON begins a place.
    [GeneratedRegex(@"\{([a-z-]+)\}")]
    private static partial Regex Place();
}
