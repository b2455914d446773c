using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Crashes;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Metering;

/// <summary>Reports that break off, get no answer, or come several times at once: each entry counts once.</summary>
public sealed class ReportCrashTests : CutOffTests
{
    [Fact]
    public async Task Sent_again_after_a_crash_at_any_write_it_counts_what_was_not_counted()
    {
        var (market, sold) = await SellAsync(3);
        var reporter = new Reporter(Healthy.Admin);
        string[] entries = [.. sold.Select(made => Reporter.Entry(market, made, """{"ws.seconds":10,"ws.bytes.in":7}"""))];
        for (var writes = 0; writes <= entries.Length; writes++)
        {
            Fuse.Arm(writes);
            (await (reporter with { Client = Victim.Admin }).TryReportAsync(writes, entries)).Dispose();
            Assert.Equal(writes < entries.Length, Fuse.HasBlown);

            await reporter.ReportAsync(writes, entries);
            await reporter.ReportAsync(writes, entries);

            foreach (var made in sold)
            {
                Assert.Equal(10 * (writes + 1), await reporter.UsedAsync(market, made, "ws.seconds"));
                Assert.Equal(7 * (writes + 1), await reporter.UsedAsync(market, made, "ws.bytes.in"));
            }
        }
    }

    [Fact]
    public async Task A_transaction_that_was_written_and_whose_answer_is_lost_counts_once()
    {
        var loss = new LostAnswer();
        var options = StorageServices.ClientOptions();
        options.AddPolicy(loss, HttpPipelinePosition.PerRetry);
        await using var app = await Healthy.RestartAsync(
            services: services => services.AddSingleton(new TableServiceClient(Healthy.ConnectionString, options)));
        var (market, sold) = await SellAsync(1);
        var reporter = new Reporter(app.Admin);

        loss.Next = true;
        await reporter.ReportAsync(1, Reporter.Entry(market, sold[0], """{"ws.seconds":10}"""));

        Assert.False(loss.Next);
        Assert.Equal(10, await reporter.UsedAsync(market, sold[0], "ws.seconds"));
    }

    [Fact]
    public async Task The_same_report_at_several_processes_at_once_counts_once()
    {
        Fuse.Arm(int.MaxValue);
        var (market, sold) = await SellAsync(2);
        var reporter = new Reporter(Healthy.Admin);
        Reporter[] both = [reporter, reporter with { Client = Victim.Admin }];
        string[] entries = [.. sold.Select(made => Reporter.Entry(market, made, """{"ws.seconds":10}"""))];

        await Task.WhenAll(Enumerable.Range(0, 12).Select(n => both[n % 2].ReportAsync(5, entries))).Soon();

        Assert.Equal(10, await reporter.UsedAsync(market, sold[0], "ws.seconds"));
        Assert.Equal(10, await reporter.UsedAsync(market, sold[1], "ws.seconds"));
    }

    [Fact]
    public async Task Eight_relays_that_report_on_one_application_at_two_processes_are_summed_up_exactly()
    {
        Fuse.Arm(int.MaxValue);
        var (market, sold) = await SellAsync(1);
        HttpClient[] processes = [Healthy.Admin, Victim.Admin];
        var relays = Enumerable.Range(0, 8).Select(n => new Reporter(processes[n % 2])).ToList();

        await Task.WhenAll(relays.Select(async relay =>
        {
            for (var sequence = 0; sequence < 10; sequence++)
            {
                await relay.ReportAsync(sequence, Reporter.Entry(market, sold[0], """{"ws.seconds":1,"ws.bytes.in":1000}"""));
            }
        })).Soon();

        Assert.Equal(80, await relays[0].UsedAsync(market, sold[0], "ws.seconds"));
        Assert.Equal(80_000, await relays[0].UsedAsync(market, sold[0], "ws.bytes.in"));
    }

    private async Task<(Market Market, IReadOnlyList<JsonNode> Sold)> SellAsync(int applications)
    {
        var market = await Market.OpenAsync(Healthy.Admin);
        await market.LimitAsync("ws.seconds", "eternity", 1);
        await market.LimitAsync("ws.bytes.in", "year", 1_000_000);
        var sold = new List<JsonNode>();
        for (var n = 0; n < applications; n++)
        {
            sold.Add(await market.SellAsync());
        }

        return (market, sold);
    }

    /// <summary>Lets one transaction be written, and its answer get lost.</summary>
    private sealed class LostAnswer : HttpPipelinePolicy
    {
        public bool Next { get; set; }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            await ProcessNextAsync(message, pipeline);
            if (Next && message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
            {
                Next = false;
                throw new IOException("The connection was reset.");
            }
        }
    }
}
