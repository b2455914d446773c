using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Promotion;

/// <summary>A draft as it would be frozen, and all that there is to say about it.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="Frozen">The snapshot, still without a version. Worth nothing when errors were found.</param>
/// <param name="Findings">Errors, then warnings.</param>
internal sealed record CheckedDraft(ProductDraft Draft, FrozenSnapshot Frozen, IReadOnlyList<Finding> Findings)
{
    /// <summary>What keeps it from being promoted.</summary>
    public IReadOnlyList<InvalidMember> Errors =>
        [.. Findings.Where(finding => finding.Level == FindingLevel.Error).Select(finding => finding.ToError())];

    public static CheckedDraft Of(ProductDraft draft)
    {
        var errors = new Errors();
        var frozen = FrozenSnapshot.Of(SnapshotBuilder.Build(draft, errors));
        if (errors.Found.Count == 0 && frozen.As(int.MaxValue).ToJson().Length is var length and > RowPieces.MaxBytes)
        {
            errors.Add("", "too_large", $"Frozen, the product may have {RowPieces.MaxBytes} bytes and has {length}.");
        }

        IEnumerable<Finding> lint =
        [
            .. ProductLint.Check(frozen.Snapshot),
            .. ChainLint.Check(draft),
            .. RuleLint.Check(frozen.Snapshot),
            .. MetricLint.Check(draft, frozen.Snapshot),
        ];
        return new(draft, frozen, [.. errors.Found.Select(Finding.Error).Concat(lint).OrderBy(finding => finding.Level)]);
    }
}
