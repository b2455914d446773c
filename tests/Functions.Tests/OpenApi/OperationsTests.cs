using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Hosting;
using Serverless.Functions.Http;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>The document's operations are the functions, all of them and no other.</summary>
public sealed partial class OperationsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Every_function_is_an_operation_with_its_name_route_and_scope_and_there_is_no_other()
    {
        var functions =
            from function in app.Services.GetRequiredService<FunctionList>().All
            from method in function.HttpMethods
            let scope = (function.Rule as CalledByAttribute)?.Scope.Name() ?? "nobody's"
            select $"{function.Name}: {method.ToUpperInvariant()} /{function.Route} {scope}";

        var operations =
            from operation in (await ApiDocument.SharedAsync()).Operations
            select $"{operation.Id}: {operation.Method} {operation.Path} {operation.Scope ?? "nobody's"}";

        Assert.Equal(functions.Order(StringComparer.Ordinal), operations.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_describes_the_parameters_of_its_path()
    {
        Assert.All((await ApiDocument.SharedAsync()).Operations, operation => Assert.Equal(
            Placeholder().Matches(operation.Path).Select(match => match.Groups[1].Value),
            operation.Parameters.Where(parameter => parameter.In == "path").Select(parameter => parameter.Name)));
    }

    [Fact]
    public async Task Every_operation_says_in_words_too_which_scope_it_needs()
    {
        var document = await ApiDocument.SharedAsync();
        Assert.All(document.Operations, operation =>
        {
            var node = document.Root["paths"]![operation.Path]![operation.Method.ToLowerInvariant()]!;
            Assert.Equal(operation.Scope is null ? 0 : 1, node["security"]!.AsArray().Count);
            Assert.EndsWith(
                operation.Scope is { } scope ? $"Needs an access token with scope `{scope}`." : "Anybody may ask.",
                ((string)node["description"]!).TrimEnd(),
                StringComparison.Ordinal);
        });
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
