using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Operations;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Crashes;

/// <summary>
/// Ends a process at every write of every operation in turn. What is left can be shown, done again and deleted; and it
/// holds nothing else fast for longer than a request may take.
/// </summary>
/// <remarks>In two classes, which run side by side.</remarks>
public abstract class CrashTests(CrashTests.Processes processes) : IClassFixture<CrashTests.Processes>
{
    // Far more than any operation needs: one that never ends fails the test.
    private const int MostWrites = 60;

    private protected static TheoryData<Operation> Those(Func<Operation, bool> choose) => [.. AllOperations.List.Where(choose)];

    private protected static bool IsOfProducts(Operation operation) => operation.Function.StartsWith("products-", StringComparison.Ordinal);

    private protected async Task CrashAsync(Operation operation)
    {
        // The first write is the entry in the audit log: a process that ends before it has done nothing at all.
        for (var writes = 1; writes < MostWrites; writes++)
        {
            var stage = await Stage.SetAsync(processes.Healthy.Admin, operation.Needs);
            processes.Fuse.Arm(writes);
            (await stage.CallAsync(processes.Victim.Admin, operation)).Dispose();
            var hasCrashed = processes.Fuse.HasBlown;

            var context = $"{operation}, ended at write {writes + 1}";
            await ShowAsync(stage, operation, context);
            await RepeatAsync(stage, operation, context);
            await DeleteAsync(stage, operation, context);
            if (!hasCrashed)
            {
                return;
            }
        }

        Assert.Fail($"{operation} needs more than {MostWrites} writes.");
    }

    // Every resource concerned, every list it may be in, and what relays ask for.
    private async Task ShowAsync(Stage stage, Operation operation, string context)
    {
        string[] lists = ["/api/products", "/api/backends", "/api/accounts", "/api/access-tokens", "/api/relay/configuration", "/api/audit?limit=1"];
        var products = stage.Made.Where(path => path.Count(c => c == '/') == 3 && path.StartsWith("/api/products/", StringComparison.Ordinal));
        var accounts = stage.Made.Where(path => path.Count(c => c == '/') == 3 && path.StartsWith("/api/accounts/", StringComparison.Ordinal));
        IEnumerable<string> parts =
        [
            .. products.SelectMany(p => new[] { "", "/backends", "/metrics", "/mapping-rules", "/message-rules", "/policies", "/plans", "/configs", "/configs/staging", "/applications" }.Select(part => p + part)),
            .. accounts.Select(account => account + "/applications"),
        ];
        var all = lists.Concat(stage.Made).Concat(parts).Append(operation.Makes is { } made ? stage.Fill(made) : lists[0]);
        await Task.WhenAll(all.Select(async path =>
        {
            using var shown = await processes.Healthy.Admin.SendAsync("GET", path);
            Assert.True(
                shown.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound,
                $"{context}: GET {path} is {(int)shown.StatusCode} {await shown.Content.ReadAsStringAsync().Soon()}");
        }));
    }

    private async Task RepeatAsync(Stage stage, Operation operation, string context)
    {
        using var again = await stage.CallAsync(processes.Healthy.Admin, operation);
        Assert.True(
            again.IsSuccessStatusCode || again.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict,
            $"{context}, then again: {(int)again.StatusCode} {await again.Content.ReadAsStringAsync().Soon()}");
        if (again.StatusCode == HttpStatusCode.Conflict)
        {
            // Either it was done, and a name is taken by what can be seen; or nothing had changed, as before.
            var code = (string?)(await again.JsonAsync())["code"];
            Assert.True(code is "already_exists" or "in_use" or "wrong_state" or "nothing_to_roll_back" or "not_customized", $"{context}, then again: {code}");
            using var shown = await processes.Healthy.Admin.SendAsync("GET", stage.Fill(operation.Makes ?? stage.Made[0]));
            Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        }
    }

    // Last things first, by a process whose clock is ahead.
    private async Task DeleteAsync(Stage stage, Operation operation, string context)
    {
        foreach (var path in stage.Made.Append(operation.Makes is { } made ? stage.Fill(made) : "/api/backends/none").Reverse())
        {
            using var deleted = await processes.Later.Admin.SendAsync("DELETE", path, ifMatch: "*");
            Assert.True(
                deleted.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound,
                $"{context}: DELETE {path} is {(int)deleted.StatusCode} {await deleted.Content.ReadAsStringAsync().Soon()}");
            using var gone = await processes.Later.Admin.SendAsync("GET", path);
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        }
    }

    /// <summary>One that ends, one that goes on, and one that goes on after the longest request there can be.</summary>
    public sealed class Processes : IAsyncLifetime
    {
        internal Fuse Fuse { get; } = new();

        public FunctionsApp Victim { get; private set; } = null!;

        public FunctionsApp Healthy { get; private set; } = null!;

        public FunctionsApp Later { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Victim = await FunctionsApp.StartAsync(services: Fuse.Protect);
            Victim.ExpectsErrors = true;
            Healthy = await Victim.RestartAsync();
            var clock = new SetClock { Ahead = Dependents.LongestRequest + TimeSpan.FromMinutes(1) };
            Later = await Victim.RestartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        }

        public async Task DisposeAsync()
        {
            await Later.DisposeAsync();
            await Healthy.DisposeAsync();
            await Victim.DisposeAsync();
        }
    }
}
