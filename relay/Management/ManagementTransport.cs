using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Management;

/// <summary>
/// Sends one request to the functions: token, time limit, bounded body, and every failure as a value.
/// </summary>
internal sealed class ManagementTransport(
    HttpClient http, BearerToken token, IOptions<ManagementOptions> options, TimeProvider time)
{
    /// <summary>Sends a request; when the token is refused, once more with the token read again.</summary>
    /// <param name="request">Makes the request.</param>
    /// <param name="type">What an answer's body is.</param>
    /// <param name="maxBytes">Bytes that it may have.</param>
    /// <param name="cancel">Nobody waits any more.</param>
    /// <param name="bodiless">The answer without a body that the caller knows what to do with; every other one is none.</param>
    public async Task<Fetched<T>> SendAsync<T>(
        Func<HttpRequestMessage> request,
        JsonTypeInfo<T> type,
        int maxBytes,
        CancellationToken cancel,
        HttpStatusCode? bodiless = null)
    {
        using var timeout = new CancellationTokenSource(options.Value.Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            using var first = await SendOnceAsync(request, limit.Token);
            if (first.StatusCode != HttpStatusCode.Unauthorized)
            {
                return await ReadAsync(first, type, maxBytes, bodiless, limit.Token);
            }

            token.Distrust();
            using var second = await SendOnceAsync(request, limit.Token);
            return await ReadAsync(second, type, maxBytes, bodiless, limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Fetched<T>.Away($"no answer within {options.Value.Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return new Fetched<T>.Away(error.Message);
        }
    }

    /// <summary>
    /// The pause before another attempt: doubling from 200 ms, each a random part between half and all of it.
    /// </summary>
    public Task PauseAsync(int attempt, CancellationToken cancel) =>
        Task.Delay(TimeSpan.FromMilliseconds(100 << attempt) * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancel);

    private async Task<HttpResponseMessage> SendOnceAsync(Func<HttpRequestMessage> request, CancellationToken cancel)
    {
        using var message = request();
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token.ReadAsync(cancel));
        return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    private static async Task<Fetched<T>> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, int maxBytes, HttpStatusCode? bodiless, CancellationToken cancel)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                break;
            case HttpStatusCode.NotModified when bodiless == HttpStatusCode.NotModified:
                return new Fetched<T>.Unchanged();
            case HttpStatusCode.NoContent when bodiless == HttpStatusCode.NoContent:
                return new Fetched<T>.Taken();
            // A refused token may be replaced any moment, so it is a matter of later, as an overloaded server is; and who answers
            // with nothing where there is always something is not the functions, but something in front of them.
            case HttpStatusCode.NotModified
                or HttpStatusCode.NoContent
                or >= HttpStatusCode.InternalServerError
                or HttpStatusCode.TooManyRequests
                or HttpStatusCode.RequestTimeout
                or HttpStatusCode.Unauthorized
                or HttpStatusCode.Forbidden:
                return new Fetched<T>.Away($"status {(int)response.StatusCode}");
            default:
                return new Fetched<T>.Refused($"status {(int)response.StatusCode}");
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var bytes = await ReadBoundedAsync(body, maxBytes, cancel);
        if (bytes is null)
        {
            return new Fetched<T>.Refused($"more than {maxBytes} bytes");
        }

        try
        {
            return JsonSerializer.Deserialize(bytes, type) is { } value
                ? new Fetched<T>.Fresh(value, response.Headers.ETag?.ToString())
                : new Fetched<T>.Refused("null");
        }
        catch (JsonException error)
        {
            return new Fetched<T>.Refused(error.Message);
        }
    }

    private static async Task<byte[]?> ReadBoundedAsync(Stream body, int maxBytes, CancellationToken cancel)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await body.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            if (all.Length + read > maxBytes)
            {
                return null;
            }

            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }
}
