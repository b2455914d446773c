using Serverless.Functions.Events;

namespace Serverless.Functions.Promotion;

/// <summary>
/// Tells relays what an environment serves now. It is told again when that was so already: whoever told it first may have broken
/// off before that.
/// </summary>
internal sealed class PromotionNews(EventLog events)
{
    /// <summary>Tells of an outcome if there is something to tell, and passes it on.</summary>
    public async Task<Promoted> TellAsync(string kind, bool? closeConnections, Task<Promoted> outcome)
    {
        var promoted = await outcome;
        if (promoted is Promoted.Live { Record: var record })
        {
            await events.AnnounceAsync(new(kind)
            {
                Product = record.Product,
                Environment = record.Environment,
                Version = record.Version,
                CloseConnections = closeConnections ?? false,
            });
        }

        return promoted;
    }
}
