using System.Net;
using System.Text.Json.Serialization.Metadata;
using Serverless.Contracts;

namespace Serverless.Relay.Management;

/// <summary>The functions as the relay sees them: seven calls. Failures are answers, not exceptions.</summary>
internal sealed class ManagementClient(ManagementTransport transport, HeededEvents heeded)
{
    private const int MaxIndexBytes = 16 << 20;
    private const int MaxSnapshotBytes = 8 << 20;
    private const int MaxAnswerBytes = 64 << 10;
    private const int MaxReportAnswerBytes = 4 << 20;
    private const int MaxEventPageBytes = 2 << 20;

    /// <summary>
    /// Which version of which product is live where; <c>Unchanged</c> when it still has this entity tag.
    /// </summary>
    public Task<Fetched<ConfigurationIndex>> GetIndexAsync(string? etag, CancellationToken cancel) =>
        GetAsync("api/relay/configuration", etag, ContractsJson.Default.ConfigurationIndex, MaxIndexBytes, cancel);

    /// <summary>One version of a product.</summary>
    public Task<Fetched<ProductSnapshot>> GetSnapshotAsync(EnvironmentPointer pointer, CancellationToken cancel)
    {
        var address = FormattableString.Invariant(
            $"api/relay/configuration/{Uri.EscapeDataString(pointer.Product)}/{Uri.EscapeDataString(pointer.Generation)}/{pointer.Version}");
        return GetAsync(address, etag: null, ContractsJson.Default.ProductSnapshot, MaxSnapshotBytes, cancel);
    }

    /// <summary>
    /// May this key use this product? Asked once, never again by itself: the functions count what they allow.
    /// </summary>
    public Task<Fetched<AuthorizationAnswer>> AuthorizeAsync(AuthorizationRequest question, CancellationToken cancel) => PostAsync(
        "api/relay/authorize",
        question with { AfterEvent = heeded.AfterEvent },
        ContractsJson.Default.AuthorizationRequest,
        ContractsJson.Default.AuthorizationAnswer,
        MaxAnswerBytes,
        cancel);

    /// <summary>
    /// Counts what applications used, once however often the same report is sent. Asked once: the reporter sends it again.
    /// </summary>
    public Task<Fetched<UsageReportAnswer>> ReportAsync(UsageReport report, CancellationToken cancel) => PostAsync(
        "api/relay/usage",
        report with { AfterEvent = heeded.AfterEvent },
        ContractsJson.Default.UsageReport,
        ContractsJson.Default.UsageReportAnswer,
        MaxReportAnswerBytes,
        cancel);

    /// <summary>
    /// What has happened after an event, or with null only what the latest one is. Asked once: whoever asks does so again and
    /// again.
    /// </summary>
    public Task<Fetched<EventPage>> GetEventsAsync(long? after, CancellationToken cancel) =>
        transport.SendAsync(
            () => new HttpRequestMessage(
                HttpMethod.Get, after is null ? "api/relay/events" : FormattableString.Invariant($"api/relay/events?after={after}")),
            ContractsJson.Default.EventPage,
            MaxEventPageBytes,
            cancel);

    /// <summary>Where events are published as they happen; <c>Refused</c> when nowhere. Asked once.</summary>
    public Task<Fetched<Subscription>> NegotiateAsync(CancellationToken cancel) =>
        transport.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, "api/relay/events/negotiate"),
            SubscriptionJson.Default.Subscription,
            MaxAnswerBytes,
            cancel);

    /// <summary>Tells what this relay holds and has refused. Asked once: it is told again soon.</summary>
    public Task<Fetched<RelayStatus>> TellAsync(RelayStatus status, CancellationToken cancel) => PostAsync(
        "api/relay/status",
        status,
        ContractsJson.Default.RelayStatus,
        ContractsJson.Default.RelayStatus,
        MaxAnswerBytes,
        cancel,
        HttpStatusCode.NoContent);

    // A refused token has the request made once more, with a body of its own.
    private Task<Fetched<T>> PostAsync<TBody, T>(
        string address,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<T> type,
        int maxBytes,
        CancellationToken cancel,
        HttpStatusCode? bodiless = null) => transport.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body, bodyType) },
            type,
            maxBytes,
            cancel,
            bodiless);

    private async Task<Fetched<T>> GetAsync<T>(
        string address, string? etag, JsonTypeInfo<T> type, int maxBytes, CancellationToken cancel)
    {
        const int attempts = 3;
        HttpStatusCode? bodiless = etag is null ? null : HttpStatusCode.NotModified;
        for (var attempt = 1; ; attempt++)
        {
            var fetched = await transport.SendAsync(Request, type, maxBytes, cancel, bodiless);
            if (fetched is not Fetched<T>.Away || attempt == attempts)
            {
                return fetched;
            }

            await transport.PauseAsync(attempt, cancel);
        }

        HttpRequestMessage Request()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (etag is not null)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", etag);
            }

            return request;
        }
    }
}
