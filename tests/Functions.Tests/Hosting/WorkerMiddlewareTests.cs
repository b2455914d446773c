using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
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
    public async Task Passes_on_what_a_timer_starts()
    {
        var called = false;

        await CallAsync("housekeeping-usage", "", _ =>
        {
            called = true;
            return Task.CompletedTask;
        });

        Assert.True(called);
    }

    [Fact]
    public async Task Writes_the_answer_of_a_change_and_its_entry_in_the_audit_log()
    {
        var name = "b-" + Guid.NewGuid().ToString("N")[..8];
        var http = Request("POST", FunctionsApp.AdminToken);
        http.Request.Path = "/api/backends";

        var result = await CallAsync("backends-create", http, context =>
        {
            context.GetInvocationResult().Value = TypedResults.Created($"/api/backends/{name}");
            return Task.CompletedTask;
        });

        Assert.IsNotType<Problem>(result);
        Assert.Equal(201, http.Response.StatusCode);
        var entry = (await app.Admin.DoAsync("GET", $"/api/audit?resource=/api/backends/{name}"))["items"]!.AsArray().Single()!;
        Assert.Equal(("backends-create", "done"), ((string?)entry["action"], (string?)entry["outcome"]));
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

    private Task<object?> CallAsync(string function, string token, FunctionExecutionDelegate next) =>
        CallAsync(function, Request("GET", token), next);

    private DefaultHttpContext Request(string method, string token)
    {
        var http = new DefaultHttpContext { RequestServices = app.Services };
        http.Request.Method = method;
        http.Request.Headers.Authorization = $"Bearer {token}";
        return http;
    }

    private async Task<object?> CallAsync(string function, HttpContext http, FunctionExecutionDelegate next)
    {
        var call = new Call(function, http);
        var middleware = new WorkerMiddleware(
            app.Services.GetRequiredService<FunctionList>(),
            app.Services.GetRequiredService<CallGate>(),
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
