namespace Serverless.Relay.Tunnel;

/// <summary>
/// What is left of something that an application's tunnels share, such as a limit of its plan. Any number of tunnels
/// spend at once, and together never more than there is.
/// </summary>
internal abstract class Allowance
{
    /// <summary>Spends so much if it is there: all of it or nothing.</summary>
    public abstract bool TrySpend(long amount);

    /// <summary>Gives back what was spent on what did not happen after all.</summary>
    public abstract void Return(long amount);

    /// <summary>Spends from all of them, or from none.</summary>
    public static bool TrySpend(IReadOnlyList<Allowance> allowances, long amount)
    {
        for (var i = 0; i < allowances.Count; i++)
        {
            if (!allowances[i].TrySpend(amount))
            {
                while (i-- > 0)
                {
                    allowances[i].Return(amount);
                }

                return false;
            }
        }

        return true;
    }

    /// <summary>Gives back to all of them.</summary>
    public static void Return(IReadOnlyList<Allowance> allowances, long amount)
    {
        foreach (var allowance in allowances)
        {
            allowance.Return(amount);
        }
    }
}
