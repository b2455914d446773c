using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables;

/// <summary>
/// Puts a shared access signature into the query of every attempt: the one that the credential has then.
/// </summary>
internal sealed class SasPolicy(AzureSasCredential credential) : HttpPipelineSynchronousPolicy
{
    private const string Key = "Azure.Data.Tables.Query";

    public override void OnSendingRequest(HttpMessage message)
    {
        // The query as it was before the first attempt: a retry must not sign twice.
        if (!message.TryGetProperty(Key, out var query))
        {
            query = message.Request.Uri.Query;
            message.SetProperty(Key, query);
        }

        var unsigned = (string)query;
        var signature = credential.Signature.TrimStart('?');
        message.Request.Uri.Query = string.IsNullOrEmpty(unsigned) ? signature : $"{unsigned}&{signature}";
    }
}
