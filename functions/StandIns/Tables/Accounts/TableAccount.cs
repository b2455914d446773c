using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables;

/// <summary>One table service and how to be let in: makes requests to it, and exceptions of its refusals.</summary>
internal sealed class TableAccount
{
    private const string JsonWithTypes = "application/json;odata=minimalmetadata";
    private const string PlainJson = "application/json;odata=nometadata";

    private readonly HttpPipeline _pipeline;
    private readonly string _version;
    private readonly string _signature;

    /// <param name="endpoint">The service's address; a query in it is sent with every request.</param>
    /// <param name="name">The account's name; null: as the address tells.</param>
    /// <param name="authentication">Applied to every attempt.</param>
    /// <param name="options">Null: the defaults.</param>
    public TableAccount(Uri endpoint, string name, HttpPipelinePolicy authentication, TableClientOptions options)
    {
        options ??= new TableClientOptions();
        _version = options.VersionString;
        _signature = endpoint.Query;
        Endpoint = TableAddress.WithoutQuery(endpoint);
        Name = name ?? TableAddress.AccountName(endpoint);
        _pipeline = HttpPipelineBuilder.Build(new HttpPipelineOptions(options)
        {
            PerRetryPolicies = { authentication },
            ResponseClassifier = new ResponseClassifier(),
            RequestFailedDetailsParser = new TableErrorParser(),
        });
    }

    public string Name { get; }

    /// <summary>The service's address, without a query.</summary>
    public Uri Endpoint { get; }

    /// <summary>What a connection string names.</summary>
    public static TableAccount Of(ConnectionString connection, TableClientOptions options)
    {
        var (name, endpoint, key, sas) = connection;
        return key is not null
            ? new TableAccount(endpoint, name, new SharedKeyLitePolicy(key), options)
            : new TableAccount(
                new UriBuilder(endpoint) { Query = sas }.Uri,
                name,
                new NoAuthenticationPolicy(),
                options);
    }

    /// <summary>An account that lets tokens in; over https only, or the token would be anybody's.</summary>
    public static TableAccount Of(Uri endpoint, TokenCredential credential, TableClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential, "tokenCredential");
        var audience = options?.Audience ?? TableAudience.AzurePublicCloud;
        return new(endpoint, null, new BearerTokenAuthenticationPolicy(credential, $"{audience}/.default"), options);
    }

    /// <summary>Throws when a signature would be readable on its way to another machine.</summary>
    public static void RequireTls(Uri endpoint)
    {
        if (endpoint.Scheme != Uri.UriSchemeHttps && !endpoint.IsLoopback)
        {
            throw new ArgumentException("A SAS token may be used over HTTPS alone.", nameof(endpoint));
        }
    }

    /// <summary>The address of a table, without a query.</summary>
    public Uri TableUri(string table)
    {
        var address = new RequestUriBuilder();
        Locate(address, table);
        return address.ToUri();
    }

    /// <summary>A request to a path below the service's address, percent-encoded already.</summary>
    public HttpMessage Request(RequestMethod method, string path)
    {
        var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        Locate(message.Request.Uri, path);
        message.Request.Uri.Query = _signature;
        message.Request.Headers.Add("x-ms-version", _version);
        message.Request.Headers.Add("DataServiceVersion", "3.0");
        message.Request.Headers.Add("Accept", JsonWithTypes);
        return message;
    }

    /// <summary>As <see cref="Request(RequestMethod, string)"/>, with JSON to send.</summary>
    public HttpMessage Request(RequestMethod method, string path, ReadOnlyMemory<byte> json)
    {
        var message = Request(method, path);
        message.Request.Headers.Add("Content-Type", PlainJson);
        message.Request.Content = RequestContent.Create(json);
        return message;
    }

    /// <summary>A request that does all actions or none.</summary>
    public HttpMessage TransactionRequest(string table, IEnumerable<TableTransactionAction> actions)
    {
        var transaction = new TransactionRequest(Endpoint, table, _version);
        var message = Request(RequestMethod.Post, "$batch");
        message.Request.Headers.Add("Content-Type", transaction.ContentType);
        message.Request.Content = RequestContent.Create(transaction.Write(actions));
        return message;
    }

    /// <summary>The answer, when its status is one of the expected; throws what the service says otherwise.</summary>
    public async Task<Response> SendAsync(HttpMessage message, CancellationToken cancel, params int[] expected)
    {
        await _pipeline.SendAsync(message, cancel).ConfigureAwait(false);
        return expected.Contains(message.Response.Status)
            ? message.Response
            : throw new RequestFailedException(message.Response);
    }

    /// <summary>The body of an answer as JSON.</summary>
    public static JsonDocument Json(Response response)
    {
        try
        {
            return JsonDocument.Parse(response.Content);
        }
        catch (JsonException malformed)
        {
            throw new RequestFailedException(
                response.Status,
                $"The response body is missing or malformed. HTTP {response.Status} ({response.ReasonPhrase}).",
                errorCode: null,
                malformed);
        }
    }

    /// <summary>The rows or tables in the body of an answer.</summary>
    public static IEnumerable<JsonElement> Values(JsonDocument json) =>
        json.RootElement.TryGetProperty("value", out var values) ? values.EnumerateArray() : [];

    private void Locate(RequestUriBuilder address, string path)
    {
        address.Reset(Endpoint);
        address.AppendPath(Endpoint.AbsolutePath.EndsWith('/') ? path : "/" + path, escape: false);
    }
}
