namespace Serverless.Functions.Promotion;

/// <summary>The fewest items of a list to take out and to put in, so that it becomes another.</summary>
internal static class ListSteps
{
    // Beyond so many comparisons, what lies between the common beginning and the common end is taken to be all new.
    private const int MostComparisons = 4_000_000;

    /// <summary>Pairs of what goes, by its place in the first list, and what comes, by its place in the second; either may be null.</summary>
    public static IReadOnlyList<(int? Removed, int? Added)> Between(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var shorter = Math.Min(before.Count, after.Count);
        var start = 0;
        while (start < shorter && before[start] == after[start])
        {
            start++;
        }

        var end = 0;
        while (end < shorter - start && before[^(end + 1)] == after[^(end + 1)])
        {
            end++;
        }

        var (rows, columns) = (before.Count - start - end, after.Count - start - end);
        var lengths = (long)rows * columns <= MostComparisons ? Lengths() : null;
        var steps = new List<(int? Removed, int? Added)>();
        var removed = new Queue<int>();
        var added = new Queue<int>();
        for (int i = 0, j = 0; i < rows || j < columns;)
        {
            if (i < rows && j < columns && lengths is not null && before[start + i] == after[start + j])
            {
                Flush();
                (i, j) = (i + 1, j + 1);
            }
            else if (j == columns || (i < rows && (lengths is null || lengths[i + 1, j] >= lengths[i, j + 1])))
            {
                removed.Enqueue(start + i++);
            }
            else
            {
                added.Enqueue(start + j++);
            }
        }

        Flush();
        return steps;

        // How much the ends of both lists have in common.
        int[,] Lengths()
        {
            var common = new int[rows + 1, columns + 1];
            for (var i = rows - 1; i >= 0; i--)
            {
                for (var j = columns - 1; j >= 0; j--)
                {
                    common[i, j] = before[start + i] == after[start + j]
                        ? common[i + 1, j + 1] + 1
                        : Math.Max(common[i + 1, j], common[i, j + 1]);
                }
            }

            return common;
        }

        // What goes and what comes between two items that stay are told as one becoming the other.
        void Flush()
        {
            while (removed.Count > 0 || added.Count > 0)
            {
                steps.Add((
                    removed.TryDequeue(out var from) ? from : null,
                    added.TryDequeue(out var to) ? to : null));
            }
        }
    }
}
