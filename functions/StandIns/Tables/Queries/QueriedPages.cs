using System.Runtime.CompilerServices;

namespace Azure.Data.Tables;

/// <summary>What a query finds, fetched page by page as it is read.</summary>
/// <param name="fetch">Gets a page: continuation token (null: the first), size (null: the service's).</param>
/// <param name="pageSize">Size unless <see cref="AsPages"/> names one.</param>
/// <param name="cancel">Ends the whole enumeration.</param>
internal sealed class QueriedPages<T>(
    Func<string, int?, CancellationToken, Task<Page<T>>> fetch,
    int? pageSize,
    CancellationToken cancel) : AsyncPageable<T>(cancel)
{
    public override IAsyncEnumerable<Page<T>> AsPages(string continuationToken = null, int? pageSizeHint = null) =>
        PagesAsync(continuationToken, pageSizeHint ?? pageSize, CancellationToken);

    private async IAsyncEnumerable<Page<T>> PagesAsync(
        string continuation,
        int? size,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var next = string.IsNullOrEmpty(continuation) ? null : continuation;
        do
        {
            var page = await fetch(next, size, cancel).ConfigureAwait(false);
            yield return page;
            next = page.ContinuationToken;
        }
        while (next is not null);
    }
}
