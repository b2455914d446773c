namespace Azure.Data.Tables;

/// <summary>Up to 100 rows of one partition, all or none.</summary>
public partial class TableClient
{
    /// <summary>
    /// Does all actions or none; then <see cref="TableTransactionFailedException"/> tells the one refused.
    /// </summary>
    public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transactionActions);
        var actions = transactionActions.ToList();
        if (actions.Count == 0)
        {
            throw new InvalidOperationException("The batch contains no entity operations.");
        }

        foreach (var action in actions)
        {
            RequireKeys(action.Entity);
        }

        using var message = _account.TransactionRequest(Name, actions);
        var response = await _account.SendAsync(message, cancellationToken, 202).ConfigureAwait(false);
        var answers = TransactionAnswer.Parse(response.Headers.ContentType, response.Content, response.ClientRequestId);
        if (answers.FirstOrDefault(answer => answer.Status >= 400) is { } refusal)
        {
            var error = new RequestFailedException(refusal, null, new TableErrorParser());
            throw new TableTransactionFailedException(error);
        }

        return Response.FromValue(answers, response);
    }
}
