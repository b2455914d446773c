using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.AccessTokens;
using Serverless.Functions.Hosting;
using Serverless.Functions.Http;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>
/// What stands before every function under a Functions host, on the stand-in's declarations: the real worker makes its
/// contexts itself.
/// </summary>
public sealed class WorkerMiddlewareTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Passes_on_a_caller_who_may()
    {
        var called = false;

        var result = await CallAsync("products-list", FunctionsApp.AdminToken, _ =>
        {
            called = true;
            return Task.CompletedTask;
        });

        Assert.True(called);
        Assert.Null(result);
    }

    [Fact]
    public async Task Answers_a_caller_who_may_not_and_never_gets_to_the_function()
    {
        var result = await CallAsync("products-list", "nonsense", _ => throw new InvalidOperationException("It was called."));

        Assert.Equal((401, "unauthenticated"), await WriteAsync(result));
    }

    [Fact]
    public async Task Answers_for_a_function_that_throws()
    {
        app.ExpectsErrors = true;

        var result = await CallAsync("products-list", FunctionsApp.AdminToken, _ => throw new InvalidOperationException("A bug."));

        Assert.Equal((500, "internal_error"), await WriteAsync(result));
    }

    [Fact]
    public void A_functions_host_that_starts_a_build_without_the_worker_is_told_how_to_build_one()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => WorkerHost.Build(["--functions-uri", "http://h"], _ => { }));

        Assert.Contains("AzurePackages=true", exception.Message, StringComparison.Ordinal);
    }

    private async Task<object?> CallAsync(string function, string token, FunctionExecutionDelegate next)
    {
        var http = new DefaultHttpContext { RequestServices = app.Services };
        http.Request.Method = "GET";
        http.Request.Headers.Authorization = $"Bearer {token}";
        var call = new Call(function, http);
        var middleware = new WorkerMiddleware(
            app.Services.GetRequiredService<FunctionList>(),
            app.Services.GetRequiredService<CallerCheck>(),
            app.Services.GetRequiredService<Failure>());

        await middleware.Invoke(call, next).Soon();

        return call.GetInvocationResult().Value;
    }

    private static async Task<(int Status, string? Code)> WriteAsync(object? result)
    {
        var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        await Assert.IsType<IResult>(result, exactMatch: false).ExecuteAsync(http).Soon();
        http.Response.Body.Position = 0;
        return (http.Response.StatusCode, (string?)(await JsonNode.ParseAsync(http.Response.Body).Soon())!["code"]);
    }

    private sealed class Call(string function, HttpContext http) : FunctionContext
    {
        public override string InvocationId => "1";

        public override IServiceProvider InstanceServices { get; set; } = http.RequestServices;

        public override FunctionDefinition FunctionDefinition { get; } = new Definition(function);

        public override IDictionary<object, object> Items { get; set; } =
            new Dictionary<object, object> { ["HttpRequestContext"] = http };

        public override IInvocationFeatures Features { get; } = new FeatureBag();
    }

    private sealed class Definition(string function) : FunctionDefinition
    {
        public override string Name => function;

        public override string EntryPoint => function;
    }

    private sealed class FeatureBag : Dictionary<Type, object>, IInvocationFeatures
    {
        public FeatureBag() => Set<InvocationResult>(new Result());

        public void Set<T>(T instance) => this[typeof(T)] = instance!;

        public T? Get<T>() => TryGetValue(typeof(T), out var feature) ? (T)feature : default;
    }

    private sealed class Result : InvocationResult
    {
        public override object? Value { get; set; }
    }
}
