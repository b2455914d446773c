using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Hosting;
using Serverless.Functions.Http;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>Who may call what: held for every function there is.</summary>
public sealed class CallerTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Nobody_calls_anything_but_health_the_documentation_and_tickets_without_a_token()
    {
        foreach (var (method, path, rule) in Every())
        {
            using var response = await app.Anonymous.SendAsync(method, path, method is "POST" or "PUT" ? "{}" : null);
            if (rule is AnonymousAttribute)
            {
                Assert.Equal(
                    path switch
                    {
                        "/api/health" or "/api/openapi.yaml" or "/api/docs" => HttpStatusCode.OK,
                        "/api/docs/x" => HttpStatusCode.NotFound,

                        // A key in the body is what lets in.
                        "/api/products/x/tickets" => HttpStatusCode.BadRequest,
                        _ => throw new InvalidOperationException($"{path} asks for no token."),
                    },
                    response.StatusCode);
            }
            else
            {
                await response.ProblemAsync(401, "unauthenticated");
                Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
            }
        }
    }

    [Fact]
    public async Task A_token_calls_what_its_scope_allows_and_is_told_which_scope_the_rest_needs()
    {
        foreach (var held in Scopes.Names)
        {
            using var caller = app.With(await TokenAsync(held));
            foreach (var (method, path, rule) in Every())
            {
                if (rule is not CalledByAttribute { Scope: var needed })
                {
                    continue;
                }

                using var response = await caller.SendAsync(method, path, method is "POST" or "PUT" ? "{}" : null);
                var allowed = held == needed.Name() || (held == "manage" && needed is Scope.Read or Scope.Stats);
                if (allowed)
                {
                    Assert.NotEqual(HttpStatusCode.Forbidden, response.StatusCode);
                }
                else
                {
                    var problem = await response.ProblemAsync(403, "forbidden");
                    Assert.Contains($"'{needed.Name()}'", (string?)problem["detail"], StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer nonsense")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("Bearer sgt_0123456789abcdef_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer the-token-of-the-admin-in-the-tests-012345678")]
    [InlineData("Bearer the-token-of-the-admin-in-the-tests-01234567890")]
    public async Task A_token_that_is_none_of_ours_is_refused(string authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/products");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var response = await app.Anonymous.SendAsync(request).Soon();

        await response.ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task The_scheme_of_a_token_may_be_written_in_any_case()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/products");
        request.Headers.Authorization = new AuthenticationHeaderValue("bearer", FunctionsApp.AdminToken);

        using var response = await app.Anonymous.SendAsync(request).Soon();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public void A_function_that_does_not_say_who_may_call_it_stops_the_start()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => new FunctionList([typeof(Forgetful)]));

        Assert.Contains("'forgetful'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_nothing_starts_stops_the_start()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => new FunctionList([typeof(Idle)]));

        Assert.Contains("'idle' needs one of [HttpTrigger] and [TimerTrigger]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_function_says_who_may_call_it_and_leaves_the_rest_to_us()
    {
        Assert.NotEmpty(List.All);
        Assert.All(List.All, f => Assert.Equal(
            AuthorizationLevel.Anonymous,
            f.Method.GetParameters().Select(p => p.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().Single().AuthLevel));
    }

    private FunctionList List => app.Services.GetRequiredService<FunctionList>();

    private IEnumerable<(string Method, string Path, CallerRuleAttribute Rule)> Every() =>
        from function in List.All
        from method in function.HttpMethods
        let path = RoutePatternFactory.Parse(function.Route).PathSegments.Select(segment => string.Concat(
            segment.Parts.Select(p => p is RoutePatternLiteralPart literal ? literal.Content : "x")))
        select (method.ToUpperInvariant(), "/" + string.Join('/', path), function.Rule);

    private async Task<string> TokenAsync(string scope) => (string)(await app.Admin.DoAsync(
        "POST",
        "/api/access-tokens",
        $$"""{"name":"{{scope}}","scopes":["{{scope}}"]}"""))["token"]!;

    private sealed class Idle
    {
        [Function("idle")]
        public static Task RunAsync() => Task.CompletedTask;
    }

    private sealed class Forgetful
    {
        [Function("forgetful")]
        public static Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/forgetful")] HttpRequest request) =>
            request.HttpContext.Response.WriteAsync("whoever you are");
    }
}
