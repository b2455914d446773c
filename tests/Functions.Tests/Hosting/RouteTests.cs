using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>What the Functions host asks of names and routes, and what it answers itself.</summary>
public sealed partial class RouteTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public void Names_and_routes_are_such_as_the_functions_host_takes()
    {
        Assert.All(List.All, function =>
        {
            Assert.Matches(FunctionName(), function.Name);
            Assert.False(function.Route.StartsWith('/'), function.Route);
            Assert.False(function.Route.StartsWith("admin", StringComparison.OrdinalIgnoreCase), function.Route);
            Assert.False(function.Route.StartsWith("runtime", StringComparison.OrdinalIgnoreCase), function.Route);
            Assert.NotEmpty(function.HttpMethods);
        });
        Assert.Equal(List.All.Count, List.All.Select(f => f.Name.ToUpperInvariant()).Distinct().Count());
    }

    [Fact]
    public void No_request_fits_two_functions()
    {
        // The Functions host tries them in the order of their names, and the first that fits takes the request.
        var overlapping =
            from a in List.All
            from b in List.All
            where string.CompareOrdinal(a.Name, b.Name) < 0
            where a.HttpMethods.Intersect(b.HttpMethods, StringComparer.OrdinalIgnoreCase).Any()
            where Overlap(a.Route, b.Route)
            select $"{a.Name} {a.Route} and {b.Name} {b.Route}";

        Assert.Empty(overlapping);
    }

    [Theory]
    [InlineData("a/{x}", "a/b", true)]
    [InlineData("a/{x}", "A/{y}", true)]
    [InlineData("a/{x}:go", "a/{y}:stop", false)]
    [InlineData("a/{x}:go", "a/b:go", true)]
    [InlineData("a/{x}", "a/{y}:go", true)]
    [InlineData("a/{x}", "a/{x}/c", false)]
    [InlineData("a/b", "a/c", false)]
    public void Overlaps_are_found(string one, string other, bool overlap) => Assert.Equal(overlap, Overlap(one, other));

    [Theory]
    [InlineData("PATCH", "/api/products")]
    [InlineData("DELETE", "/api/products")]
    [InlineData("HEAD", "/api/health")]
    [InlineData("GET", "/api/nothing")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/api/products/p/metrics/m/more")]
    public async Task What_no_function_listens_to_is_not_found(string method, string path)
    {
        using var response = await app.Anonymous.SendAsync(method, path);

        Assert.Equal(404, (int)response.StatusCode);
        if (method != "HEAD")
        {
            await response.ProblemAsync(404, "route_not_found");
        }
    }

    [Theory]
    [InlineData("/api/products/%2e%2e%2fx")]
    [InlineData("/api/products/a%23b%3f%5c%01")]
    [InlineData("/api/products/%F0%9F%98%80")]
    [InlineData("/api/products/it's")]
    [InlineData("/api/products/p%20q")]
    public async Task A_name_that_storage_could_not_even_hold_is_just_not_there(string path)
    {
        using var response = await app.Admin.GetAsync(path).Soon();

        await response.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_name_that_is_too_long_for_storage_is_just_not_there()
    {
        var name = new string('x', 3000);
        foreach (var (method, body) in new[] { ("GET", null), ("PUT", """{"name":"n","private_base_url":"http://h"}"""), ("DELETE", null) })
        {
            using var response = await app.Admin.SendAsync(method, $"/api/backends/{name}", body, "*");
            await response.ProblemAsync(404, "not_found");
        }
    }

    private FunctionList List => app.Services.GetRequiredService<FunctionList>();

    private static bool Overlap(string one, string other)
    {
        var (a, b) = (RoutePatternFactory.Parse(one).PathSegments, RoutePatternFactory.Parse(other).PathSegments);
        return a.Count == b.Count && a.Zip(b).All(pair => Overlap(pair.First, pair.Second));
    }

    // Every segment here is a literal, a parameter, or a parameter with a literal after it.
    private static bool Overlap(RoutePatternPathSegment one, RoutePatternPathSegment other) => (Literal(one), Literal(other)) switch
    {
        (var a, var b) when one.IsSimple && other.IsSimple && a.Length > 0 && b.Length > 0 => Same(a, b),
        (var a, var b) => Same(a[^Math.Min(a.Length, b.Length)..], b[^Math.Min(a.Length, b.Length)..]),
    };

    private static string Literal(RoutePatternPathSegment segment) =>
        segment.Parts[^1] is RoutePatternLiteralPart literal ? literal.Content : "";

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,127}$")]
    private static partial Regex FunctionName();
}
