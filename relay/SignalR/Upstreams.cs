using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Serverless.Relay.SignalR;

/// <summary>Tells webhooks what clients do, each event once, and makes what they answer the client's answer.</summary>
internal sealed class Upstreams(
    IOptions<SignalROptions> options, TokenSigner signer, TimeProvider time, ILogger<Upstreams> log) : IDisposable
{
    private const int MaxAnswer = 16 * 1024 * 1024;
    private const int MaxConnections = 256;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxConnectionsPerServer = MaxConnections,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
    {
        MaxResponseContentBufferSize = MaxAnswer,
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    /// <summary>Whether anybody is ever told.</summary>
    public bool Any => options.Value.Upstream.Count > 0;

    /// <summary>How long a webhook may take.</summary>
    public TimeSpan Timeout => options.Value.UpstreamTimeout;

    /// <summary>Whether anybody is to be told of it.</summary>
    public bool Wants(string hub, UpstreamEvent told) => AddressOf(hub, told) is not null;

    /// <summary>Tells whom it concerns; what the client is to be answered, if anything.</summary>
    public async Task<ReadOnlyMemory<byte>?> TellAsync(ClientConnection connection, UpstreamEvent told, CancellationToken cancel)
    {
        if (AddressOf(connection.Client.Hub, told) is not { } url)
        {
            return null;
        }

        using var late = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            using var request = Request(connection, told, url);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            var status = (int)response.StatusCode;
            if (!response.IsSuccessStatusCode)
            {
                SignalRLog.UpstreamRefused(log, connection.Client.Hub, told.Category, status);
            }

            var body = status is 200 or 204 ? await response.Content.ReadAsByteArrayAsync(either.Token) : null;
            return Answer(told, id => body is null ? Frames.Completion(id, $"Invocation failed, status code {status}") : UpstreamAnswer.Of(id, body));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            var inTime = error is not OperationCanceledException;
            SignalRLog.UpstreamAway(log, connection.Client.Hub, told.Category, inTime ? "it cannot be reached" : "it did not answer in time");
            return Answer(told, id => Frames.Completion(
                id, inTime ? "Invocation failed, status code 500" : "Invocation failed, the upstream did not answer in time"));
        }
    }

    public void Dispose() => _http.Dispose();

    // Names may make none of what is an address with others.
    private Uri? AddressOf(string hub, UpstreamEvent told) =>
        options.Value.Upstream.FirstOrDefault(template => template.Matches(hub, told.Category, told.Name))?.AddressOf(hub, told.Category, told.Name);

    // Only who wants an answer is given one.
    private static ReadOnlyMemory<byte>? Answer(UpstreamEvent told, Func<string, ReadOnlyMemory<byte>> frame)
    {
        if (told.InvocationId is { } id)
        {
            return frame(id);
        }

        return null;
    }

    private HttpRequestMessage Request(ClientConnection connection, UpstreamEvent told, Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(told.Body) };
        request.Content.Headers.TryAddWithoutValidation(HeaderNames.ContentType, "application/json");
        Add("X-ASRS-Connection-Id", connection.Id);
        Add("X-ASRS-Hub", connection.Client.Hub);
        Add("X-ASRS-Category", told.Category);
        Add("X-ASRS-Event", told.Name);
        Add("X-ASRS-User-Id", connection.UserId);
        Add("X-ASRS-User-Claims", string.Join(", ", connection.Client.Token.Claims.Select(claim => $"{claim.Key}: {claim.Value}")));
        Add("X-ASRS-Client-Query", connection.Client.Query);
        Add("X-ASRS-Signature", signer.SignatureOf(connection.Id));
        return request;

        // The app may have written anything into a token; a header holds no control characters.
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(
                    name, string.Concat(value.Select(letter => char.IsControl(letter) ? Uri.HexEscape((char)(letter & 0xFF)) : letter.ToString())));
            }
        }
    }
}
