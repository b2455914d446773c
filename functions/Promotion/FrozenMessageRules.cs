using System.Text.Json;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>The message rules of a draft as relays get them, in their order.</summary>
internal static class FrozenMessageRules
{
    /// <summary>The rules. Errors name them by their place in this list.</summary>
    public static IReadOnlyList<MessageRule> Of(ProductDraft draft, Errors errors)
    {
        var metrics = draft.Metrics.Select(metric => metric.SystemName).ToHashSet();
        foreach (var (index, rule) in draft.MessageRules.Index().Where(rule => !metrics.Contains(rule.Item.Metric)))
        {
            errors.Add(
                $"/message_rules/{index}/metric",
                "unknown_metric",
                $"Message rule '{rule.Id}' names metric '{rule.Metric}', which is not of this product.");
        }

        return
        [
            .. draft.MessageRules.Select(rule => new MessageRule
            {
                Direction = rule.Direction,
                Opcode = rule.Opcode,
                JsonPointer = rule.Pointer,
                EqualTo = rule.EqualTo is { ValueKind: JsonValueKind.Null } ? null : rule.EqualTo,
                Metric = rule.Metric,
                Delta = rule.Delta,
            }),
        ];
    }
}
